import type { Graph, ValueId } from '../../../src/graph/graph';
import { Layers } from '../layers';
import { canvas, roomClasses } from './render';

/** What the network tells of each pixel, with the number of channels. */
export const roomTasks = { segments: roomClasses.length, depth: 1, normals: 3, edges: 1 } as const;
export type RoomTask = keyof typeof roomTasks;
export const taskNames = ['segments', 'depth', 'normals', 'edges'] as const satisfies readonly RoomTask[];

/** Scales at which the decoder makes initial predictions, in pixels a cell. */
export const initialScales = [8, 4] as const;

export const initialOutput = (task: RoomTask, scale: number): string => `${task}_${scale}`;

type PerTask = Readonly<Record<RoomTask, ValueId>>;

/** Metres: the middle of what is seen. */
const depthBias = 4;

/**
 * A residual encoder and a decoder after MTI-Net (Vandenhende et al. 2020): at 1/8 and at 1/4 of the resolution each
 * task has features of its own, which give an initial prediction and are then refined by those of the other tasks;
 * what a scale finds is passed to the next.
 *
 * @param supervised with the initial predictions as outputs, as training needs them; without, they are left out, since
 * nothing else reads them
 */
export function roomsNetwork(seed: number, supervised: boolean): Graph {
  const layers = new Layers('rooms', seed);
  const x = layers.input('x', [canvas, canvas, 3]);
  const half = layers.convNormRelu('stem', x, 16, 3, 2);
  const quarter = residualStage(layers, 'stage1', half, 24);
  const eighth = residualStage(layers, 'stage2', quarter, 48);
  const sixteenth = residualStage(layers, 'stage3', eighth, 64);

  const coarse = layers.concat('scale8.concat', [eighth, layers.upsample('scale8.up', sixteenth, 2)]);
  const atEighth = decodeScale(layers, 8, supervised, (task) =>
    layers.convNormRelu(`scale8.${task}`, coarse, 16, 1),
  );
  const atQuarter = decodeScale(layers, 4, supervised, (task) => {
    const passed = layers.upsample(`scale4.${task}.up`, atEighth[task], 2);
    const joined = layers.concat(`scale4.${task}.concat`, [quarter, passed]);
    return layers.convNormRelu(`scale4.${task}`, joined, 12, 3);
  });
  const details = layers.convNormRelu('details', half, 8, 1);
  for (const task of taskNames) {
    const passed = layers.upsample(`${task}_head.up`, atQuarter[task], 2);
    const joined = layers.concat(`${task}_head.concat`, [details, passed]);
    const hidden = layers.convNormRelu(`${task}_head`, joined, 10, 3);
    const bias = task === 'depth' ? depthBias : 0;
    layers.output(task, layers.convTranspose(`${task}_head.out`, hidden, roomTasks[task], bias, task));
  }
  return layers.build();
}

/** He et al. 2016: a convolution of stride 2, then a residual block. */
function residualStage(layers: Layers, name: string, x: ValueId, width: number): ValueId {
  const down = layers.convNormRelu(`${name}.down`, x, width, 3, 2);
  const inner = layers.convNormRelu(`${name}.block`, down, width, 3, 1, '1');
  const y = layers.convNorm(`${name}.block`, inner, width, 3, 1, '2');
  return layers.relu(`${name}.relu`, layers.add(`${name}.add`, down, y));
}

function decodeScale(
  layers: Layers,
  scale: number,
  supervised: boolean,
  featuresOf: (task: RoomTask) => ValueId,
): PerTask {
  const features = mapTasks(featuresOf);
  for (const task of supervised ? taskNames : []) {
    const name = initialOutput(task, scale);
    const bias = task === 'depth' ? depthBias : 0;
    layers.output(name, layers.conv(`initial.${name}`, features[task], roomTasks[task], 1, bias, name));
  }
  return mapTasks((task) => distil(layers, `scale${scale}.${task}`, task, features));
}

/** Adds to a task's features what it takes from the others', as much as its own features let through (PAD-Net's gate). */
function distil(layers: Layers, name: string, task: RoomTask, features: PerTask): ValueId {
  const own = features[task];
  const others = taskNames.filter((other) => other !== task).map((other) => features[other]);
  const width = layers.channels(own);
  const message = layers.conv(`${name}.message`, layers.concat(`${name}.others`, others), width, 1);
  const gate = layers.sigmoid(`${name}.gate.sigmoid`, layers.conv(`${name}.gate`, own, width, 1));
  return layers.add(`${name}.distilled`, own, layers.multiply(`${name}.passed`, message, gate));
}

function mapTasks<T>(of: (task: RoomTask) => T): Readonly<Record<RoomTask, T>> {
  return {
    segments: of('segments'),
    depth: of('depth'),
    normals: of('normals'),
    edges: of('edges'),
  };
}
