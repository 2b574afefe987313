import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChannelMap, KeepLists } from './channel-types';
import { analyseChannels } from './channels';
import { scatterParams } from './scatter';
import { emptiedValues, sliceGraph } from './slice';
import { buildNet, netRecipe } from './testing/random-net';

/** Keeps the units whose turn is up in a repeating pattern, and the last of each group. */
function keepByPattern(channels: ChannelMap, pattern: readonly boolean[]): KeepLists {
  let used = 0;
  const free = channels.groups.filter(({ frozen }) => frozen === null);
  return new Map(
    free.map(({ id, size }) => [
      id,
      [...Array(size).keys()].filter((unit) => pattern[used++ % pattern.length] || unit === size - 1),
    ]),
  );
}

const patterns = fc.array(fc.boolean(), { minLength: 37, maxLength: 37 });

it('slicing what was scattered gives back the sliced params, whatever is removed', () => {
  fc.assert(
    fc.property(netRecipe(), patterns, (recipe, pattern) => {
      const graph = buildNet(recipe);
      const channels = analyseChannels(graph);
      const keep = keepByPattern(channels, pattern);
      fc.pre(emptiedValues(channels, keep).length === 0);
      const changed = [...sliceGraph(graph, channels, keep).params].map(
        ([id, param]) => [id, { ...param, data: param.data.map((value) => value + 1) }] as const,
      );
      const scattered = scatterParams(graph, channels, keep, new Map(changed));
      const again = sliceGraph(scattered, channels, keep).params;
      for (const [id, { data, shape }] of changed) {
        expect(again.get(id)?.data).toEqual(data);
        expect(again.get(id)?.shape).toEqual(shape);
      }
    }),
    { numRuns: 60 },
  );
});

it('leaves removed channels as they were', () => {
  const graph = buildNet({ steps: [], flat: false, two: false });
  const channels = analyseChannels(graph);
  const stem = channels.groups.find(({ id }) => id.startsWith('stem'));
  const kernel = [...graph.params.values()].find(({ name }) => name === stem?.id);
  if (!stem || !kernel) throw new Error('The net has no stem.');
  const keep = new Map([[stem.id, [1, 2, 3, 4, 5, 6, 7]]]);
  const sliced = sliceGraph(graph, channels, keep).params.get(kernel.id);
  const zeros = { shape: sliced?.shape ?? [], data: new Float32Array(sliced?.data.length ?? 0) };
  const scattered = scatterParams(graph, channels, keep, new Map([[kernel.id, zeros]]));
  const isRemoved = (index: number) => index % (kernel.shape.at(-1) ?? 1) === 0;
  expect(scattered.params.get(kernel.id)?.data).toEqual(
    kernel.data.map((value, index) => (isRemoved(index) ? value : 0)),
  );
});
