import { beforeAll, describe, it } from 'vitest';
import type { ReduceNode } from '../../graph/nodes';
import { checkNode } from '../testing/compare';
import { startWasm } from '../testing/wasm';

beforeAll(startWasm);

const KINDS: ReduceNode['kind'][] = [
  'mean',
  'sum',
  'max',
  'min',
  'prod',
  'l1',
  'l2',
  'sumSquare',
  'logSum',
  'logSumExp',
];

describe('reduce', () => {
  it.each(KINDS)('computes %s over any axes', (kind) => {
    for (const axes of [[1, 2], [3], [1], [1, 2, 3]])
      for (const keepDims of [true, false])
        checkNode(
          [[2, 3, 4, 5]],
          ([x = '']) => ({ op: 'reduce', source: 'r', inputs: [x], kind, axes, keepDims }),
          { low: 0.2, high: 1.5 },
        );
  });
});

describe('softmax', () => {
  it.each(['softmax', 'logSoftmax'] as const)('computes %s along any axis', (op) => {
    for (const axis of [1, 2, 3])
      checkNode([[2, 3, 4, 5]], ([x = '']) => ({ op, source: 's', inputs: [x], axis }), { low: -9, high: 9 });
  });
});
