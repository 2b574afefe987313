import { beforeAll, describe, it } from 'vitest';
import type { BinaryKind, UnaryKind } from '../../graph/nodes';
import { checkNode, checkRounded } from '../testing/compare';
import { startWasm } from '../testing/wasm';

beforeAll(startWasm);

const SIMPLE = [
  'relu sigmoid tanh softplus softsign erf exp abs neg reciprocal floor ceil round sign square',
  'hardSwish silu mish selu sin cos',
];

describe('unary', () => {
  const functions: UnaryKind[] = [
    ...SIMPLE.join(' ')
      .split(' ')
      .map((kind) => ({ kind }) as UnaryKind),
    { kind: 'leakyRelu', alpha: 0.1 },
    { kind: 'leakyRelu', alpha: 1.5 },
    { kind: 'elu', alpha: 1 },
    { kind: 'elu', alpha: 0.7 },
    { kind: 'celu', alpha: 1.3 },
    { kind: 'thresholdedRelu', alpha: 0.5 },
    { kind: 'hardSigmoid', alpha: 0.2, beta: 0.5 },
    { kind: 'gelu', approximate: 'none' },
    { kind: 'gelu', approximate: 'tanh' },
    { kind: 'clip', min: 0, max: 6 },
    { kind: 'clip', min: -1, max: 1.5 },
    { kind: 'clip', min: 0.5, max: Infinity },
    { kind: 'clip', min: -Infinity, max: 0.5 },
    { kind: 'clip', min: 1, max: 1 },
  ];

  it.each(functions)('computes $kind', (fn) => {
    const unary = ([x = '']: string[]) => ({ op: 'unary', source: 'u', inputs: [x], fn }) as const;
    checkNode([[2, 3, 5, 7]], unary);
    checkNode([[2, 33]], unary, { low: -30, high: 30 });
  });

  it.each(['log', 'sqrt', 'rsqrt'] as const)('computes %s of positive numbers', (kind) => {
    checkNode([[4, 9]], ([x = '']) => ({ op: 'unary', source: 'u', inputs: [x], fn: { kind } }), {
      low: 0.1,
      high: 9,
    });
  });
});

describe('binary', () => {
  const shapes = [
    [[2, 4, 5, 3], [3]],
    [
      [2, 4, 5, 3],
      [2, 1, 1, 3],
    ],
    [[2, 4, 5, 3], []],
    [
      [4, 1, 3],
      [2, 1, 5, 1],
    ],
  ];
  it.each(['add', 'sub', 'mul', 'div', 'pow', 'min', 'max', 'mod', 'greater', 'lessOrEqual'] as BinaryKind[])(
    'computes %s with broadcasting',
    (kind) => {
      for (const pair of shapes)
        checkNode(pair, ([a = '', b = '']) => ({ op: 'binary', source: 'b', inputs: [a, b], kind }), {
          low: 0.25,
          high: 3,
        });
    },
  );
});

describe('prelu', () => {
  it.each([[[3]], [[1]], [[4, 1, 1]], [[5, 3]]])('takes slopes of shape %j', (slope) => {
    checkNode([[2, 4, 5, 3], slope], ([x = '', s = '']) => ({ op: 'prelu', source: 'p', inputs: [x, s] }));
  });
});

describe('logic', () => {
  const kinds = ['equal', 'greater', 'greaterOrEqual', 'less', 'lessOrEqual', 'and', 'or', 'xor'] as const;

  it.each(kinds)('computes %s, as 1 or 0', (kind) => {
    checkRounded([[2, 4, 3], [3]], ([a = '', b = '']) => ({
      op: 'binary',
      source: 'b',
      inputs: [a, b],
      kind,
    }));
  });

  it('chooses with broadcasting', () => {
    const node = ([c = '', a = '', b = '']: string[]) =>
      ({ op: 'where', source: 'w', inputs: [c, a, b] }) as const;
    checkRounded([[4, 1, 3], [2, 1, 5, 1], []], node);
    checkRounded([[2, 3], [2, 3], [3]], node);
  });
});
