import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { relativeDifference } from '../engine/testing/compare';
import { planGraph, stepMacs } from '../engine/plan';
import { startWasm } from '../engine/testing/wasm';
import { graphMacs, nodeMacs } from '../graph/cost';
import type { Graph, Param, ValueId } from '../graph/graph';
import type { BatchNormNode } from '../graph/nodes';
import { Net } from '../graph/testing/net';
import { forOneSample } from '../graph/testing/one-sample';
import { reestimateBatchNorms } from './batch-statistics';
import { slicedNetwork, type Network, type Reference } from './network';
import { probe } from './probe';
import { finish, referenceOf } from './testing/nets';

beforeAll(startWasm);

/** Norms of the input, within a residual block, of its sum (two of them) and of what the heads have in common. */
function branchedGraph(): Graph {
  const net = new Net();
  const x = net.input('x', 8, 8, 3);
  const stem = net.relu(net.bn(net.conv(net.bn(x, 'norm0'), 'stem', 6, { bias: false }), 'norm1'));
  const inner = net.relu(net.bn(net.conv(stem, 'inner', 5), 'norm2'));
  const sum = net.add(stem, net.bn(net.conv(inner, 'outer', 6, { bias: false }), 'norm3'));
  const [left, right] = [net.relu(net.bn(sum, 'norm4')), net.bn(sum, 'norm5')];
  const deep = net.bn(net.depthwise(net.concat(left, right), 'depth'), 'norm6');
  const last = net.conv(net.concat(deep, stem), 'last', 4, { stride: 2, bias: false });
  const head = (name: string) => net.dense(net.mean(net.bn(last, `${name}.norm`)), name, 2);
  return net.outputs({ y: head('first'), z: head('second') });
}

/** One convolution and its norm, used twice, and a norm after. */
function sharedGraph(): Graph {
  const net = new Net();
  const size = [3];
  const kernel = net.weight('twice.weight', [3, 3, 3, 3]);
  const [scale, offset] = [net.weight('norm.weight', size), net.weight('norm.bias', size)];
  const mean = net.weight('norm.mean', size, 'statistic');
  const variance = net.weight('norm.var', size, 'statistic', [0.5, 2]);
  const layer = (x: ValueId, source: string) => {
    const where = { strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] } as const;
    const y = net.b.add({ op: 'conv2d', source, inputs: [x, kernel], groups: 1, ...where });
    const inputs = [y, scale, offset, mean, variance] as const;
    return net.relu(net.b.add({ op: 'batchNorm', source, inputs, epsilon: 1e-5 }));
  };
  const twice = layer(layer(net.input('x', 6, 6, 3), 'first'), 'second');
  return net.outputs({ y: net.mean(net.bn(net.conv(twice, 'last', 4), 'norm2')) });
}

const branched = branchedGraph();
const pruned: Network = {
  graph: branched,
  keep: new Map([
    ['inner.weight', [0, 2, 4]],
    ['last.weight', [1, 3]],
  ]),
};

/** Norm by norm, each read from the input on through those before it. */
async function normByNorm(reference: Reference, network: Network): Promise<readonly Param[]> {
  let graph = slicedNetwork(reference, network);
  const norms = graph.nodes.filter((node): node is BatchNormNode => node.op === 'batchNorm');
  for (const { inputs } of norms) {
    const asked = probe(graph, reference.set, [inputs[0]]);
    const values: number[] = [];
    for (const batch of asked.batches) values.push(...((await asked.read(batch))[0] ?? []));
    asked.dispose();
    const params = new Map(graph.params);
    const [mean, variance] = [graph.params.get(inputs[3]), graph.params.get(inputs[4])];
    if (!mean || !variance) throw new Error('The norm has no statistics.');
    const width = mean.data.length;
    const average = (channel: number, of: (value: number) => number) =>
      values.reduce((sum, value, i) => sum + (i % width === channel ? of(value) : 0), 0) /
      (values.length / width);
    const means = mean.data.map((_, c) => average(c, (value) => value));
    params.set(mean.id, { ...mean, data: means });
    const squares = mean.data.map((_, c) => average(c, (value) => (value - (means[c] ?? 0)) ** 2));
    params.set(variance.id, { ...variance, data: squares });
    graph = { ...graph, params };
  }
  return [...graph.params.values()];
}

describe.each<[string, Reference, Network]>([
  ['a branched network', referenceOf(branched), { graph: branched, keep: new Map() }],
  ['its pruned form', referenceOf(branched), pruned],
  [
    'one that takes one sample at a time',
    referenceOf(forOneSample(branched)),
    { ...pruned, graph: forOneSample(branched) },
  ],
  ['layers that share a norm', referenceOf(sharedGraph()), { graph: sharedGraph(), keep: new Map() }],
])('re-estimated statistics of %s', (_, reference, network) => {
  it.each([Infinity, 100_000, 20_000, 0])(
    'are those of norm by norm, with %d bytes held at most',
    async (budgetBytes) => {
      const expected = await normByNorm(reference, network);
      const before = memory().numTensors;
      const { result, events } = await finish(reestimateBatchNorms(reference, network, { budgetBytes }));
      expect(memory().numTensors).toBe(before);
      const found = slicedNetwork(reference, result).params;
      for (const { id, data } of expected)
        expect(relativeDifference(found.get(id)?.data ?? [], data)).toBeLessThan(1e-5);
      expect(events.map(({ done }) => done)).toEqual(events.map((_, index) => index + 1));
    },
  );
});

describe('re-estimating', () => {
  const reference = referenceOf(branched);

  it('is one pass, and without room one from the input for each norm', async () => {
    const macsWith = async (budgetBytes: number | undefined) => {
      const { events } = await finish(reestimateBatchNorms(reference, pruned, { budgetBytes }));
      return events.map(({ macs }) => macs);
    };
    const sum = (macs: readonly number[]) => macs.reduce((total, each) => total + each, 0);
    const sliced = slicedNetwork(reference, pruned);
    const { count } = reference.set;
    const norms = sliced.nodes.filter(({ op }) => op === 'batchNorm');
    const prefixes = norms.map(
      ({ inputs }) => count * stepMacs(sliced, planGraph(sliced, inputs.slice(0, 1)).steps),
    );
    const heads = sliced.nodes.filter(({ op }) => op === 'dense');
    const pass = graphMacs(sliced) - sum(heads.map((node) => nodeMacs(sliced, node)));

    expect(sum(await macsWith(undefined))).toBe(count * pass);
    expect(await macsWith(0)).toEqual(prefixes);
    const [more, less] = [sum(await macsWith(100_000)), sum(await macsWith(20_000))];
    expect(more).toBeGreaterThan(count * pass);
    expect(less).toBeGreaterThan(more);
    expect(less).toBeLessThan(sum(prefixes));
  });

  it('never holds more between norms than it may, beside the weights', async () => {
    const weights = [...branched.params.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    for (const budgetBytes of [100_000, 20_000, 0]) {
      const before = memory().numBytes;
      for await (const { done } of reestimateBatchNorms(reference, pruned, { budgetBytes }))
        expect(memory().numBytes - before, `norm ${done}`).toBeLessThanOrEqual(budgetBytes + weights);
    }
  });

  it('leaves no tensor behind when it is aborted, or given up between two norms', async () => {
    const before = memory().numTensors;
    const abort = new AbortController();
    const aborted = reestimateBatchNorms(reference, pruned, { signal: abort.signal });
    for (let layer = 0; layer < 3; layer++) await aborted.next();
    expect(memory().numTensors).toBeGreaterThan(before);
    abort.abort();
    await expect(aborted.next()).rejects.toThrow(/abort/);
    expect(memory().numTensors).toBe(before);

    const givenUp = reestimateBatchNorms(reference, pruned);
    for (let layer = 0; layer < 3; layer++) await givenUp.next();
    await givenUp.return(pruned);
    expect(memory().numTensors).toBe(before);
  });

  it('leaves no tensor behind when it fails', async () => {
    const before = memory().numTensors;
    const { input } = reference.set;
    let reads = 0;
    const subarray = (from: number, to: number) => {
      if ((reads += 1) > 2.5 * reference.set.count) throw new Error('The set cannot be read.');
      return input.subarray(from, to);
    };
    const failing = { ...reference, set: { ...reference.set, input: { length: input.length, subarray } } };
    const run = finish(reestimateBatchNorms(failing, pruned, { budgetBytes: 20_000 }));
    await expect(run).rejects.toThrow('The set cannot be read.');
    expect(memory().numTensors).toBe(before);
  });
});
