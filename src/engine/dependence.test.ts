import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseChannels } from '../graph/channels';
import type { Graph, Param, ValueId } from '../graph/graph';
import { Dependence } from './dependence';
import { twoHeadNetwork } from './testing/networks';

const graph = twoHeadNetwork();
const channels = analyseChannels(graph);
const ids = [...graph.params.keys()];

/** Which of a few contents each param has: 0 is the original's. Arrays are new each time. */
type Contents = readonly number[];
const contents: fc.Arbitrary<Contents> = fc.tuple(
  ...ids.map(() => fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 2 }))),
);

function paramsOf(of: Contents): readonly Param[] {
  return [...graph.params.values()].map((param, index) => ({
    ...param,
    data: param.data.map((value, i) => (i === 0 ? value + (of[index] ?? 0) : value)),
  }));
}

function withParams(before: Graph, params: readonly Param[]): Graph {
  return { ...before, params: new Map(params.map((param) => [param.id, param])) };
}

/** The params that a value is computed from. */
function paramsBefore(id: ValueId): ReadonlySet<ValueId> {
  if (graph.params.has(id)) return new Set([id]);
  const maker = graph.nodes.find(({ output }) => output === id);
  return new Set((maker?.inputs ?? []).flatMap((input) => [...paramsBefore(input)]));
}

describe('signatures', () => {
  it('are equal exactly where all params upstream hold the same numbers', () => {
    const upstream = graph.nodes.map(({ output }) => [output, paramsBefore(output)] as const);
    const law = fc.property(fc.array(contents, { minLength: 2, maxLength: 4 }), (networks) => {
      let [dependence, current] = [Dependence.of(graph, channels), graph];
      const seen: { of: Contents; dependence: Dependence }[] = [{ of: ids.map(() => 0), dependence }];
      for (const of of networks) {
        dependence = dependence.withParams(current, paramsOf(of));
        current = withParams(current, paramsOf(of));
        seen.push({ of, dependence });
      }
      const keep = new Map([[channels.groups[0]?.id ?? '', [0]]]);
      for (const a of seen)
        for (const b of seen) {
          const differs = new Set(ids.filter((_, index) => a.of[index] !== b.of[index]));
          for (const [id, params] of upstream)
            expect(a.dependence.signature(id, keep) === b.dependence.signature(id, keep)).toBe(
              [...params].every((param) => !differs.has(param)),
            );
          expect(a.dependence.choice(keep) === b.dependence.choice(keep)).toBe(differs.size === 0);
        }
    });
    fc.assert(law, { numRuns: 30 });
  });
});
