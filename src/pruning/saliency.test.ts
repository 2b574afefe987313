import { describe, expect, it } from 'vitest';
import type { ChannelMap } from '../graph/channel-types';
import { analyseChannels } from '../graph/channels';
import type { Graph } from '../graph/graph';
import { sliceGraph } from '../graph/slice';
import { groupSaliency, leastSalientFirst } from './saliency';
import { toyChain } from './testing/toy';

function groupNamed(channels: ChannelMap, id: string) {
  const group = channels.groups.find((candidate) => candidate.id === id);
  if (!group) throw new Error(`No group ${id}`);
  return group;
}

function saliencyOf(graph: Graph, id: string, keep: ReadonlyMap<string, readonly number[]> = new Map()) {
  const channels = analyseChannels(graph);
  return groupSaliency(graph, channels, keep, groupNamed(channels, id), 'l1');
}

describe('groupSaliency', () => {
  it('is the mean absolute weight of each filter, or its root mean square', () => {
    // Kernel a is [3,3,1,2], so weights 0, 2, 4 … belong to filter 0 and 1, 3, 5 … to filter 1.
    const graph = toyChain([2], (index) => (index % 2 === 0 ? -1 : index === 1 ? 6 : 0));
    const channels = analyseChannels(graph);
    const a = groupNamed(channels, 'a');
    expect([...groupSaliency(graph, channels, new Map(), a, 'l1')]).toEqual([1, 6 / 9]);
    expect([...groupSaliency(graph, channels, new Map(), a, 'l2')]).toEqual([1, 2]);
  });

  it('sees only the weights that earlier commits left', () => {
    const graph = toyChain([6, 5]);
    const keep = new Map([['a', [0, 3, 4]]]);
    const sliced = sliceGraph(graph, analyseChannels(graph), keep);
    const onSliced = saliencyOf(sliced, 'b');
    expect([...saliencyOf(graph, 'b', keep)]).toEqual([...onSliced]);
    expect([...saliencyOf(graph, 'b')]).not.toEqual([...onSliced]);
  });
});

describe('leastSalientFirst', () => {
  it('ranks ties in unit order', () => {
    expect(leastSalientFirst(Float64Array.of(2, 1, 2, 0, 1))).toEqual([3, 1, 4, 0, 2]);
  });
});
