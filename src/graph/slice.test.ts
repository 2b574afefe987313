import { tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Executor } from '../engine/executor';
import { noise } from '../engine/testing/compare';
import { startWasm } from '../engine/testing/wasm';
import type { ChannelMap, GroupId, KeepLists } from './channel-types';
import { analyseChannels } from './channels';
import { graphMacs, graphParams, keptMacs, keptParams } from './cost';
import type { Graph, ValueId } from './graph';
import type { GraphNode } from './nodes';
import { maskGraph } from './testing/mask';
import { emptiedValues, paramSlices, sliceGraph } from './slice';
import { Net } from './testing/net';
import { buildNet, netRecipe } from './testing/random-net';

beforeAll(startWasm);

/** The outputs of a graph with inputs of [2, ...] noise. */
function run(graph: Graph): Float32Array[] {
  const executor = new Executor(
    graph,
    graph.outputs.map(({ value }) => value),
  );
  const feeds = new Map(
    graph.inputs.map(({ id, shape }) => {
      const dims = shape.map((dim) => dim ?? 2);
      return [id, tensor(noise(dims.reduce((a, b) => a * b, 1)), dims)];
    }),
  );
  const results = executor.run(feeds);
  const outputs = results.map((result) => Float32Array.from(result.dataSync<'float32'>()));
  [...results, ...feeds.values()].forEach((each) => each.dispose());
  executor.dispose();
  return outputs;
}

/** Largest difference relative to the output's largest magnitude. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const scale = b.reduce((largest, v) => Math.max(largest, Math.abs(v)), 1e-30);
  return a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - (b[i] ?? NaN)) / scale), 0);
}

function expectSlicedIsMasked(graph: Graph, channels: ChannelMap, keep: KeepLists): void {
  const sliced = sliceGraph(graph, channels, keep);
  const masked = run(maskGraph(graph, channels, keep));
  run(sliced).forEach((output, i) =>
    expect(difference(output, masked[i] ?? new Float32Array())).toBeLessThan(1e-4),
  );
}

/** Drops units of each prunable group by the given bits; the last unit always stays. */
function randomKeep(channels: ChannelMap, bits: readonly boolean[]): KeepLists {
  let used = 0;
  const keep = new Map<GroupId, number[]>();
  for (const { id, size, frozen } of channels.groups) {
    if (frozen !== null) continue;
    const units = Array.from({ length: size }, (_, unit) => unit);
    keep.set(
      id,
      units.filter((unit) => bits[used++ % bits.length] || unit === size - 1),
    );
  }
  return keep;
}

const drops = fc.array(fc.boolean(), { minLength: 37, maxLength: 37 });

describe('a sliced network', () => {
  it('gives what its masked twin gives, whatever is removed', () => {
    fc.assert(
      fc.property(netRecipe(), drops, (recipe, drop) => {
        const graph = buildNet(recipe);
        const channels = analyseChannels(graph);
        const keep = randomKeep(channels, drop);
        fc.pre(emptiedValues(channels, keep).length === 0);
        expectSlicedIsMasked(graph, channels, keep);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('is the same graph when nothing is removed', () => {
    fc.assert(
      fc.property(netRecipe(), (recipe) => {
        const graph = buildNet(recipe);
        const channels = analyseChannels(graph);
        const whole = new Map(channels.groups.map(({ id, size }) => [id, [...Array(size).keys()]]));
        expect(paramSlices(channels, whole).size).toBe(0);
        expect(sliceGraph(graph, channels, whole)).toEqual(graph);
      }),
      { numRuns: 30 },
    );
  });

  it('costs what is told without slicing it', () => {
    fc.assert(
      fc.property(netRecipe(), drops, (recipe, drop) => {
        const graph = buildNet(recipe);
        const channels = analyseChannels(graph);
        const keep = randomKeep(channels, drop);
        fc.pre(emptiedValues(channels, keep).length === 0);
        const sliced = sliceGraph(graph, channels, keep);
        expect(keptMacs(graph, channels, keep)).toBe(graphMacs(sliced));
        expect(keptParams(graph, channels, keep)).toBe(graphParams(sliced));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves alone what is not touched', () => {
    const { graph, channels } = splitNet();
    const sliced = sliceGraph(graph, channels, new Map([['a.weight', [0, 2]]]));
    expect(sliced.params.get('stem.weight')).toBe(graph.params.get('stem.weight'));
    expect(sliced.params.get('a.weight')?.shape).toEqual([3, 3, 4, 2]);
    expect(sliced.params.get('head.weight')?.shape).toEqual([6, 5]);
  });

  it('adapts the attributes that count channels', () => {
    const net = new Net();
    const stem = net.conv(net.input('x', 4, 4, 3), 'stem', 8);
    const end = net.padChannels(net.slice(net.depthwise(stem, 'dw'), 2, 6), 0, 4);
    const graph = net.outputs({ y: net.dense(net.mean(end), 'head', 2) });
    const sliced = sliceGraph(graph, analyseChannels(graph), new Map([['stem.weight', [0, 3, 4]]]));
    const find = (op: GraphNode['op']) => sliced.nodes.filter((node) => node.op === op);
    expect(find('conv2d').at(-1)).toMatchObject({ groups: 3 });
    expect(find('slice')[0]).toMatchObject({ start: 1, count: 2 });
    expect(sliced.values.get(end)?.shape).toEqual([null, 4, 4, 6]);
  });

  it('removes what a query and a key are multiplied over', () => {
    const net = new Net();
    const tokens = net.reshape(net.conv(net.input('x', 4, 4, 3), 'stem', 8), 16, 8);
    const inputs: [ValueId, ValueId] = [net.dense(tokens, 'q', 6), net.dense(tokens, 'k', 6)];
    const scores = net.b.add({ op: 'matmul', source: 'qk', inputs, transposeA: false, transposeB: true });
    const graph = net.outputs({ scores });
    const channels = analyseChannels(graph);
    const keep = new Map([
      ['q.weight', [1, 4]],
      ['stem.weight', [0, 1, 7]],
    ]);
    expectSlicedIsMasked(graph, channels, keep);
  });
});

describe('keep-lists that cannot be', () => {
  it('name groups and units that do not exist, or frozen ones', () => {
    const { graph, channels } = splitNet();
    const slice = (id: string, units: number[]) => () => sliceGraph(graph, channels, new Map([[id, units]]));
    expect(slice('none', [0])).toThrow('There is no group none.');
    expect(slice('a.weight', [0, 4])).toThrow('Group a.weight has 4 units, no unit 4.');
    expect(slice('head.weight', [0])).toThrow('Group head.weight cannot be pruned: reaches the output "y".');
  });

  it('would leave one part of a split without channels', () => {
    const { graph, channels } = splitNet();
    const keep = new Map([['stem.weight', [4, 5]]]);
    expect(emptiedValues(channels, keep)).toEqual(['slice']);
    expect(() => sliceGraph(graph, channels, keep)).toThrow('No channel of slice would be left.');
  });
});

/** Each half of the stem's 8 channels goes through a convolution of its own, `a` and `b`. */
function splitNet(): { graph: Graph; channels: ChannelMap } {
  const net = new Net();
  const stem = net.conv(net.input('x', 4, 4, 3), 'stem', 8);
  const [a, b] = [net.conv(net.slice(stem, 0, 4), 'a', 4), net.conv(net.slice(stem, 4, 4), 'b', 4)];
  const graph = net.outputs({ y: net.dense(net.mean(net.concat(a, b)), 'head', 5) });
  return { graph, channels: analyseChannels(graph) };
}
