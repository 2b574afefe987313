import type { BinaryKind, UnaryKind } from '../../../../graph/nodes';
import type { CaseOptions, NewCase } from '../gradient-case';

const map = [2, 3, 4, 3] as const;

const plain = [
  'relu',
  'sigmoid',
  'tanh',
  'softplus',
  'softsign',
  'erf',
  'exp',
  'abs',
  'neg',
  'floor',
  'ceil',
  'round',
  'sign',
  'square',
  'hardSwish',
  'silu',
  'mish',
  'selu',
  'sin',
  'cos',
] as const;
const positive = ['log', 'sqrt', 'rsqrt', 'reciprocal'] as const;

const functions: readonly (readonly [UnaryKind, CaseOptions?])[] = [
  ...plain.map((kind) => [{ kind }] as const),
  ...positive.map((kind) => [{ kind }, { range: [0.3, 2] }] as const),
  [{ kind: 'leakyRelu', alpha: 0.1 }],
  [{ kind: 'elu', alpha: 1 }],
  [{ kind: 'elu', alpha: 0.5 }],
  [{ kind: 'celu', alpha: 2 }],
  [{ kind: 'thresholdedRelu', alpha: 0.5 }],
  [{ kind: 'hardSigmoid', alpha: 0.2, beta: 0.5 }, { range: [-4, 4] }],
  [{ kind: 'gelu', approximate: 'none' }],
  [{ kind: 'gelu', approximate: 'tanh' }],
  [{ kind: 'clip', min: 0, max: 6 }, { range: [-4, 10] }],
  [{ kind: 'clip', min: 0, max: Infinity }],
  [{ kind: 'clip', min: -1, max: 1 }],
  [{ kind: 'clip', min: -Infinity, max: 0.5 }],
];

/** Shapes of both operands. */
const operands = [
  [map, map],
  [map, [3]],
  [[3], map],
  [map, [2, 1, 1, 3]],
  [map, [1]],
  [
    [2, 1, 4, 1],
    [1, 3, 1, 3],
  ],
] as const;

const arithmetic: readonly (readonly [BinaryKind, CaseOptions?])[] = [
  ['add'],
  ['sub'],
  ['mul'],
  [
    'div',
    {
      ranges: [
        [-2, 2],
        [0.5, 2],
      ],
    },
  ],
  [
    'pow',
    {
      ranges: [
        [0.5, 2],
        [-2, 2],
      ],
    },
  ],
  ['min'],
  ['max'],
  [
    'mod',
    {
      ranges: [
        [-2, 2],
        [0.6, 0.9],
      ],
    },
  ],
];

export function elementwiseCases(): NewCase[] {
  const unary = functions.flatMap(([fn, options]) =>
    [map, [5, 7]].map((shape): NewCase => [
      `${JSON.stringify(fn)} of [${shape.join()}]`,
      [shape],
      ([x = '']) => ({ op: 'unary', source: 'y', inputs: [x], fn }),
      options,
    ]),
  );
  const binary = arithmetic.flatMap(([kind, options]) =>
    operands.map((shapes): NewCase => [
      `${kind} of [${shapes.join('] and [')}]`,
      shapes,
      ([a = '', b = '']) => ({ op: 'binary', source: 'y', inputs: [a, b], kind }),
      options,
    ]),
  );
  const comparisons = (['greater', 'equal', 'lessOrEqual', 'and'] as const).map((kind): NewCase => [
    `${kind}, which is flat`,
    [map, [3]],
    ([a = '', b = '']) => ({ op: 'binary', source: 'y', inputs: [a, b], kind }),
  ]);
  const slopes = [[3], [1], [1, 4, 3], map].map((shape): NewCase => [
    `prelu with slopes [${shape.join()}]`,
    [map, shape],
    ([x = '', slope = '']) => ({ op: 'prelu', source: 'y', inputs: [x, slope] }),
  ]);
  const choices = [
    [map, map, map],
    [[4, 1], map, [3]],
  ].map((shapes): NewCase => [
    `where of [${shapes.join('] [')}]`,
    shapes,
    ([condition = '', yes = '', no = '']) => ({ op: 'where', source: 'y', inputs: [condition, yes, no] }),
  ]);
  return [...unary, ...binary, ...comparisons, ...slopes, ...choices];
}
