import { beforeAll, describe, it } from 'vitest';
import { checkNode } from '../testing/compare';
import { startWasm } from '../testing/wasm';

beforeAll(startWasm);

describe('dense', () => {
  it.each([[[5, 70]], [[2, 3, 70]], [[2, 2, 3, 70]]])('multiplies the last axis of %j', (shape) => {
    checkNode([shape, [70, 9], [9]], (inputs) => ({ op: 'dense', source: 'd', inputs }));
    checkNode([shape, [70, 9]], (inputs) => ({ op: 'dense', source: 'd', inputs }));
  });
});

describe('matmul', () => {
  const cases = [
    { a: [3, 64], b: [64, 5], transposeA: false, transposeB: false },
    { a: [2, 64, 3], b: [2, 64, 5], transposeA: true, transposeB: false },
    { a: [2, 3, 64], b: [5, 64], transposeA: false, transposeB: true },
    { a: [2, 1, 3, 4], b: [3, 4, 5], transposeA: false, transposeB: false },
  ];
  it.each(cases)('multiplies $a by $b', ({ a, b, transposeA, transposeB }) => {
    checkNode([a, b], ([x = '', y = '']) => ({
      op: 'matmul',
      source: 'm',
      inputs: [x, y],
      transposeA,
      transposeB,
    }));
  });
});

describe('normalisation', () => {
  it('applies a batch norm with its statistics', () => {
    checkNode(
      [[2, 3, 4, 6], [6], [6], [6], [6]],
      ([x = '', scale = '', offset = '', mean = '', variance = '']) => ({
        op: 'batchNorm',
        source: 'bn',
        inputs: [x, scale, offset, mean, variance],
        epsilon: 1e-3,
      }),
      { low: 0.2, high: 2 },
    );
  });

  it('normalises over given axes', () => {
    for (const axes of [[1, 2], [3], [1, 2, 3]])
      checkNode([[2, 5, 4, 6]], ([x = '']) => ({
        op: 'normalize',
        source: 'n',
        inputs: [x],
        axes,
        epsilon: 1e-5,
      }));
  });
});
