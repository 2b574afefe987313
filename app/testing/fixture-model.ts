import golden from '../../src/testing/golden/resmulti/run-corrected-d0.5-a40-k1.json';
import type { ChannelGroup } from '../../src/graph/channel-types';
import type { ChannelCount, LayerCost } from '../../src/graph/cost-model';
import type { ModelSummary, NetworkBlock, NetworkSummary } from '../../workers/api';

/** Names as in an ONNX file: a layer's kernel initializer. */
export const kernel = (layer: string) => `${layer}.weight`;

interface Layer {
  readonly name: string;
  readonly from: string;
  readonly size: number;
  readonly kernel: number;
  readonly in: number;
  readonly out: number;
}

/** Layers in the order of the network; `from` is the block that feeds each. Six residual blocks in three stages. */
const stages = [16, 16, 32, 32, 64, 64].map((width, index) => {
  const before = index === 0 ? 'stem.0' : `add ${index - 1}`;
  const narrow = index === 0 || index % 2 === 1 ? width : width / 2;
  return { index, width, narrow, before, size: 36 >> (index >> 1) };
});

const layers: readonly Layer[] = [
  { name: 'stem.0', from: 'x', size: 36, kernel: 3, in: 1, out: 16 },
  ...stages.flatMap(({ index, width, narrow, before, size }): Layer[] => {
    const name = `layers.${index}`;
    const main: Layer[] = [
      { name: `${name}.c1.0`, from: before, size, kernel: 3, in: narrow, out: width },
      { name: `${name}.conv2`, from: `${name}.c1.0`, size, kernel: 3, in: width, out: width },
    ];
    return width === narrow
      ? main
      : [...main, { name: `${name}.down.0`, from: before, size, kernel: 1, in: narrow, out: width }];
  }),
  ...['1', '2'].flatMap((head): Layer[] => [
    { name: `f${head}`, from: 'mean', size: 1, kernel: 1, in: 64, out: 32 },
    { name: `o${head}`, from: `f${head}`, size: 1, kernel: 1, in: 32, out: 10 },
  ]),
];

const refs = (names: readonly string[]) => names.map((name) => ({ node: name, name: kernel(name) }));

const prunable: readonly ChannelGroup[] = golden.groups.map(({ root, producers, consumers, size }) => ({
  id: kernel(root),
  size,
  producers: refs(producers),
  consumers: refs(consumers),
  frozen: null,
  channels: Array.from({ length: size }, (_, unit) => [unit]),
}));

const heads: readonly ChannelGroup[] = ['left', 'right'].map((output, index) => ({
  id: kernel(`o${index + 1}`),
  size: 10,
  producers: refs([`o${index + 1}`]),
  consumers: [],
  frozen: `reaches the output ${output}`,
  channels: Array.from({ length: 10 }, (_, unit) => [unit]),
}));

const groups = [...prunable, ...heads];

const madeBy = (layer: string) =>
  groups.find(({ producers }) => producers.some(({ node }) => node === layer));
const readBy = (layer: string) =>
  groups.find(({ consumers }) => consumers.some(({ node }) => node === layer));

const channelCount = (group: ChannelGroup | undefined, fixed: number): ChannelCount =>
  group && group.frozen === null ? { fixed: 0, perUnit: { [group.id]: 1 } } : { fixed, perUnit: {} };

const costs: readonly LayerCost[] = layers.map(({ name, size, kernel: side, in: ins, out }) => ({
  name: kernel(name),
  out: channelCount(madeBy(name), out),
  in: channelCount(readBy(name), ins),
  macsFactor: size * size * side * side,
  paramsFactor: side * side,
  bias: size === 1,
}));

const batchNorms = layers
  .filter(({ size }) => size > 1)
  .map(({ name, out }) => ({ count: channelCount(madeBy(name), out), factor: 2 }));

/** Cost of the network with the given units kept. */
export function price(kept: Readonly<Record<string, number>>): { macs: number; params: number } {
  const channels = ({ fixed, perUnit }: ChannelCount) =>
    Object.entries(perUnit).reduce(
      (sum, [id, each]) => sum + each * (kept[id] ?? groups.find((group) => group.id === id)?.size ?? 0),
      fixed,
    );
  let [macs, params] = [0, 0];
  for (const { out, in: ins, macsFactor, paramsFactor, bias } of costs) {
    const pairs = channels(out) * channels(ins);
    macs += macsFactor * pairs;
    params += paramsFactor * pairs + (bias ? channels(out) : 0);
  }
  for (const { count, factor } of batchNorms) params += factor * channels(count);
  return { macs, params };
}

const block = (
  id: string,
  kind: NetworkBlock['kind'],
  detail: string,
  size: number,
  channels: number,
  group: ChannelGroup | undefined,
  macs = 0,
): NetworkBlock => ({
  id,
  kind,
  name: id.replace(/ \d$/, ''),
  detail,
  channels,
  groups: group ? [{ group: group.id, channels }] : [],
  shape: size > 1 ? [size, size, channels] : [channels],
  macs,
});

const network: NetworkSummary = {
  blocks: [
    block('x', 'input', 'input', 36, 1, undefined),
    ...layers.map(({ name, size, kernel: side, in: ins, out }) =>
      block(
        name,
        'layer',
        size > 1 ? `conv ${side}×${side}` : 'dense',
        size,
        out,
        madeBy(name),
        size * size * side * side * ins * out,
      ),
    ),
    ...stages.map(({ index, size, width }) =>
      block(`add ${index}`, 'join', 'add', size, width, madeBy(`layers.${index}.conv2`)),
    ),
    block('mean', 'join', 'mean', 1, 64, madeBy('layers.5.conv2')),
    block('left', 'output', 'output', 1, 10, madeBy('o1')),
    block('right', 'output', 'output', 1, 10, madeBy('o2')),
  ],
  edges: [
    ...layers.map(({ name, from }) => ({ from, to: name })),
    ...stages.flatMap(({ index, width, narrow, before }) => [
      { from: `layers.${index}.conv2`, to: `add ${index}` },
      { from: width === narrow ? before : `layers.${index}.down.0`, to: `add ${index}` },
    ]),
    { from: 'add 5', to: 'mean' },
    { from: 'o1', to: 'left' },
    { from: 'o2', to: 'right' },
  ],
};

export const fixtureModel: ModelSummary = {
  file: 'resmulti.onnx',
  format: 'ONNX',
  bytes: 734_402,
  inputs: [{ name: 'x', shape: [null, 1, 36, 36] }],
  outputs: [
    { name: 'left', shape: [null, 10] },
    { name: 'right', shape: [null, 10] },
  ],
  macs: golden.original.macs,
  params: golden.original.params,
  groups,
  cost: { layers: costs, vectors: batchNorms },
  network,
  notes: [],
};
