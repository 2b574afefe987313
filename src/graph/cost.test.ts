import { describe, expect, it } from 'vitest';
import { analyseChannels } from './channels';
import { costModel, graphMacs, graphParams, nodeMacs } from './cost';
import { priceMacs, priceParams } from './cost-model';
import { sliceGraph } from './slice';
import { Net } from './testing/net';

/** 8×8×3 → stem 8 → bn → depthwise ×2 → up 16×16×6 → mean → head 5 */
function net() {
  const net = new Net();
  const stem = net.bn(net.conv(net.input('x', 8, 8, 3), 'stem', 8), 'bn');
  const wide = net.prelu(net.depthwise(stem, 'dw', 2), 'slope');
  return net.outputs({ y: net.dense(net.mean(net.up(wide, 'up', 6)), 'head', 5) });
}

describe('cost', () => {
  it('counts multiply-accumulates of convolutions and dense layers, for one input', () => {
    const graph = net();
    const macs = graph.nodes.map((node) => nodeMacs(graph, node)).filter((count) => count > 0);
    const stem = 8 * 8 * 9 * 3 * 8;
    const depthwise = 8 * 8 * 9 * 16;
    const up = 8 * 8 * 4 * 16 * 6;
    expect(macs).toEqual([stem, depthwise, up, 6 * 5]);
    expect(graphMacs(graph)).toBe(stem + depthwise + up + 30);
  });

  it('counts learnable params, not running statistics', () => {
    const stem = 9 * 3 * 8 + 8;
    const [bn, depthwise, slope, up, head] = [16, 9 * 16, 16, 4 * 16 * 6, 6 * 5 + 5];
    expect(graphParams(net())).toBe(stem + bn + depthwise + slope + up + head);
  });

  it('counts a kernel that is used twice once among the params, twice among the MACs', () => {
    const net = new Net();
    const x = net.input('x', 4, 4, 3);
    const kernel = net.weight('tied.weight', [1, 1, 3, 6]);
    const conv = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], groups: 1 } as const;
    const twice = () => net.b.add({ op: 'conv2d', source: 'tied', inputs: [x, kernel], ...conv });
    const graph = net.outputs({ y: net.conv(net.add(twice(), twice()), 'head', 2, { kernel: 1 }) });
    const model = costModel(graph, analyseChannels(graph));
    expect(graphParams(graph)).toBe(18 + 14);
    expect(priceParams(model, { 'tied.weight': 6 })).toBe(18 + 14);
    expect(graphMacs(graph)).toBe(16 * (18 + 18 + 12));
    expect(priceMacs(model, { 'tied.weight': 3 })).toBe(16 * (9 + 9 + 6));
  });

  it('is priced for any number of kept channels without the weights', () => {
    const graph = net();
    const channels = analyseChannels(graph);
    const model = costModel(graph, channels);
    for (const [stem, up] of [
      [8, 6],
      [3, 6],
      [1, 2],
    ] as const) {
      const counts = { 'stem.weight': stem, 'up.weight': up };
      const keep = new Map(Object.entries(counts).map(([id, count]) => [id, [...Array(count).keys()]]));
      const sliced = sliceGraph(graph, channels, keep);
      expect(priceMacs(model, counts)).toBe(graphMacs(sliced));
      expect(priceParams(model, counts)).toBe(graphParams(sliced));
    }
    expect(() => priceMacs(model, {})).toThrow('No number of kept channels is given for group stem.weight.');
  });
});
