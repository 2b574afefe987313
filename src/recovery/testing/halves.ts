import type { CalibrationFile, CalibrationSpec, NamedArray } from '../../calibration/calibration';
import { prepareCalibration } from '../../calibration/index';
import { measureValues } from '../../engine/measure-values';
import { Random } from '../../util/random';
import { analyseChannels } from '../../graph/channels';
import type { Graph } from '../../graph/graph';
import { Net } from '../../graph/testing/net';
import type { Setup } from '../../session/setup';
import { bindTask } from '../../tasks/bind';
import type { TaskSpec } from '../../tasks/task';
import type { RecoveryParts } from '../open';

/** So much that the tasks cannot be done perfectly, and losses have room to rise. */
const NOISE = 0.7;

/** Images of 6×6 noise whose left or right half is brighter (`side`), as is their upper or lower half (`level`). */
export function halvesFile(count: number, seed: number, file = 'halves.npz'): CalibrationFile {
  const random = new Random(seed);
  const draw = (name: string): NamedArray => ({
    ...{ name, dtype: 'int32', shape: [count] },
    data: Int32Array.from({ length: count }, () => random.integer(2)),
  });
  const [side, level] = [draw('side'), draw('level')];
  const data = Float32Array.from({ length: count * 36 }, (_, index) => {
    const [sample, place] = [Math.floor(index / 36), index % 36];
    const isRight = place % 6 >= 3 ? 1 : 0;
    const isLow = place >= 18 ? 1 : 0;
    const bright = (isRight === side.data[sample] ? 1 : 0) + (isLow === level.data[sample] ? 1 : 0);
    return random.normal() * NOISE + bright;
  });
  const x: NamedArray = { name: 'x', dtype: 'float32', shape: [count, 6, 6, 1], data };
  return { file, arrays: new Map([x, side, level].map((array) => [array.name, array])) };
}

const spec: CalibrationSpec = {
  ...{ file: 'halves.npz', input: 'x', layout: 'NHWC', scale: 1, mean: [0], std: [1], limit: null },
};

/** Two convolutions with batch norms, and a head for each task. Its weights are noise. */
export function halvesGraph(): Graph {
  const net = new Net();
  const x = net.input('x', 6, 6, 1);
  const first = net.relu(net.bn(net.conv(x, 'first', 8, { stride: 2, bias: false }), 'norm1'));
  const second = net.relu(net.bn(net.conv(first, 'second', 8, { bias: false }), 'norm2'));
  const flat = net.flatten(second);
  return net.outputs({ side: net.dense(flat, 'side', 2), level: net.dense(flat, 'level', 2) });
}

/** The calibration set, the tasks bound to it, and a training set apart from it. */
export async function halvesParts(graph: Graph, train: CalibrationFile | null): Promise<RecoveryParts> {
  const [input] = graph.inputs;
  if (!input) throw new Error('The net has no input.');
  const calibration = halvesFile(64, 7);
  const set = prepareCalibration(calibration, spec, input, {
    modelLayout: 'NHWC',
    arrays: ['side', 'level'],
  });
  const values = graph.outputs.flatMap(({ value }) => graph.values.get(value) ?? []);
  const references = await measureValues(graph, set, values, set.count);
  const inputs = { count: set.count, file: calibration.file, arrays: set.arrays };
  const tasks = (['side', 'level'] as const).flatMap((name, index) => {
    const [value, reference] = [values[index], references[index]];
    const task: TaskSpec = { name, loss: 'cross-entropy', output: name, labels: name };
    if (!value || !reference) return [];
    const outputs = [{ name, sampleShape: [2], reference }];
    const binding = { spec: task, inputs, outputs };
    return [{ task: bindTask(task, inputs, outputs), values: [value], binding }];
  });
  const setup: Setup = { graph, channels: analyseChannels(graph), set, tasks };
  return { setup, spec, calibrationFile: calibration.file, modelLayout: 'NHWC', train, validation: null };
}
