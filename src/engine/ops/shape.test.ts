import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { checkNode } from '../testing/compare';
import { startWasm } from '../testing/wasm';

beforeAll(startWasm);

const X = [2, 5, 6, 8];

describe('slice and gather', () => {
  it('takes any start, count and step, backwards too', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (axis, first, last, stride) => {
        const step = first <= last ? stride : -stride;
        const count = Math.floor(Math.abs(last - first) / stride) + 1;
        checkNode([X], ([x = '']) => ({
          op: 'slice',
          source: 's',
          inputs: [x],
          axis,
          start: first,
          count,
          step,
        }));
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  it('gathers runs, permutations and repetitions', () => {
    for (const indices of [[2, 3, 4], [7], [0, 1, 4, 5, 6], [7, 5, 3, 1, 0, 2, 4, 6], [3, 3, 0]])
      checkNode([X], ([x = '']) => ({ op: 'gather', source: 'g', inputs: [x], axis: 3, indices }));
  });
});

describe('concat, transpose, reshape, expand', () => {
  it('concatenates along any axis', () => {
    for (const axis of [1, 2, 3])
      checkNode([X, X.map((dim, i) => (i === axis ? 3 : dim))], (inputs) => ({
        op: 'concat',
        source: 'c',
        inputs,
        axis,
      }));
  });

  it('transposes', () => {
    for (const perm of [
      [0, 3, 1, 2],
      [0, 2, 3, 1],
      [0, 1, 3, 2],
    ])
      checkNode([X], ([x = '']) => ({ op: 'transpose', source: 't', inputs: [x], perm }));
    checkNode([[2, 1, 5, 3, 4]], ([x = '']) => ({
      op: 'transpose',
      source: 't',
      inputs: [x],
      perm: [0, 1, 4, 2, 3],
    }));
  });

  it('reshapes and expands', () => {
    checkNode([X], ([x = '']) => ({ op: 'reshape', source: 'r', inputs: [x] }), { outputShape: [2, 240] });
    checkNode([[2, 1, 6, 1]], ([x = '']) => ({ op: 'expand', source: 'e', inputs: [x] }), { outputShape: X });
  });
});

describe('pad', () => {
  it.each(['constant', 'reflect', 'edge'] as const)('pads and cuts in mode %s', (mode) => {
    checkNode([X], ([x = '']) => ({
      op: 'pad',
      source: 'p',
      inputs: [x],
      mode,
      value: 0.5,
      pads: [
        [0, 0],
        [2, 1],
        [0, 3],
        [1, 0],
      ],
    }));
  });

  it('cuts where an amount is negative', () => {
    checkNode([X], ([x = '']) => ({
      op: 'pad',
      source: 'p',
      inputs: [x],
      mode: 'constant',
      value: 0,
      pads: [
        [0, 0],
        [-1, 2],
        [0, -2],
        [0, 0],
      ],
    }));
  });
});
