import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { pooledSize } from '../../graph/spatial';
import type { Pair } from '../../graph/nodes';
import { checkNode } from '../testing/compare';
import { startWasm } from '../testing/wasm';

beforeAll(startWasm);

const pair = (min: number, max: number): fc.Arbitrary<Pair> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

describe('pool', () => {
  it('agrees with its definition for windows, strides, dilations, pads and ceil mode', () => {
    const property = fc.property(
      fc.record({
        kind: fc.constantFrom('max' as const, 'average' as const),
        kernel: pair(1, 3),
        strides: pair(1, 4),
        dilations: pair(1, 2),
        before: pair(0, 1),
        after: pair(0, 1),
        ceil: fc.boolean(),
        countIncludePad: fc.boolean(),
      }),
      ({ before, after, ceil, ...rest }) => {
        const fits = (side: 0 | 1) => Math.max(before[side], after[side]) * 2 <= rest.kernel[side];
        fc.pre(fits(0) && fits(1));
        const size = (input: number, side: 0 | 1) =>
          pooledSize(
            input,
            rest.kernel[side],
            rest.strides[side],
            rest.dilations[side],
            before[side] + after[side],
            ceil,
            before[side],
          );
        const outputShape = [2, size(7, 0), size(8, 1), 3];
        checkNode(
          [[2, 7, 8, 3]],
          ([x = '']) => ({
            op: 'pool',
            source: 'p',
            inputs: [x],
            pads: [before[0], before[1], after[0], after[1]],
            ...rest,
          }),
          { outputShape },
        );
      },
    );
    fc.assert(property, { numRuns: 80 });
  });
});
