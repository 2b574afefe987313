import type { Dice, OperatorCase } from '../../src/formats/onnx/testing/random-operators';
import type { TinyNode } from '../../src/formats/onnx/testing/tiny';
import { axisOf, merged, opsets, partner, shapeOf, single, toFloat, type Makers } from './shared';

const absolute: TinyNode = ['Abs', ['x'], ['p']];

const binary = (op: string, positive = false) =>
  single(op, (dice) => {
    const shape = shapeOf(dice);
    const other = dice.weight(partner(dice, shape));
    const before = positive ? [absolute] : [];
    const x = positive ? 'p' : 'x';
    const inputs = !positive && dice.bool(0.3) ? [other, x] : [x, other];
    return { opset: opsets(dice), shape, nodes: [...before, [op, inputs, ['y']]] };
  });

const comparison = (op: string, since = 9) =>
  single(op, (dice) => {
    const shape = shapeOf(dice);
    return {
      opset: opsets(dice, since),
      shape,
      nodes: [[op, ['x', dice.weight(partner(dice, shape))], ['i']], toFloat],
    };
  });

const reduction = (op: string) =>
  single(op, (dice) => {
    const shape = shapeOf(dice, 2, 4);
    const opset = opsets(dice);
    const axes = dice
      .shuffled(shape.length)
      .slice(0, dice.int(1, shape.length))
      .map((axis) => (opset >= 11 && dice.bool(0.3) ? axis - shape.length : axis));
    const asInput = opset >= (op === 'ReduceSum' ? 13 : 18);
    const given = dice.bool(0.85);
    const inputs = ['x', ...(asInput && given ? [dice.whole(axes)] : [])];
    const attributes = {
      ...(!asInput && given ? { axes } : {}),
      ...dice.some({ keepdims: dice.int(0, 1) }),
      ...(asInput && !given && dice.bool(0.3) ? { noop_with_empty_axes: 1 } : {}),
    };
    const positive = op.includes('LogSum') && !op.includes('Exp');
    const first = positive ? [absolute] : [];
    const [, ...more] = inputs;
    return { opset, shape, nodes: [...first, [op, [positive ? 'p' : 'x', ...more], ['y'], attributes]] };
  });

const extreme = (op: string) =>
  single(op, (dice) => {
    const shape = shapeOf(dice, 2, 4);
    const opset = opsets(dice);
    const attributes = dice.some({
      axis: opset >= 11 ? axisOf(dice, shape.length) : dice.int(0, shape.length - 1),
      keepdims: dice.int(0, 1),
      ...(opset >= 12 ? { select_last_index: 1 } : {}),
    });
    return { opset, shape, nodes: [[op, ['x'], ['i'], attributes], toFloat] };
  });

const soft = (op: string) =>
  single(op, (dice) => {
    const shape = shapeOf(dice, 2, 4);
    const opset = opsets(dice);
    return {
      opset,
      shape,
      nodes: [
        [
          op,
          ['x'],
          ['y'],
          dice.some({ axis: opset >= 11 ? axisOf(dice, shape.length) : dice.int(0, shape.length - 1) }),
        ],
      ],
    };
  });

const unary = (
  op: string,
  since = 7,
  attributes: Readonly<Record<string, { readonly float: number }>> = {},
  positive = false,
) =>
  single(op, (dice) => ({
    opset: opsets(dice, since),
    shape: shapeOf(dice),
    nodes: [...(positive ? [absolute] : []), [op, [positive ? 'p' : 'x'], ['y'], dice.some(attributes)]],
  }));

const variadic = (op: string) =>
  single(op, (dice) => {
    const shape = shapeOf(dice);
    const others = Array.from({ length: dice.int(0, 3) }, () => dice.weight(partner(dice, shape)));
    return { opset: opsets(dice, 8), shape, nodes: [[op, ['x', ...others], ['y']]] };
  });

const equations = [
  'abc->acb',
  'abc->ab',
  'abc,bcd->abd',
  'abc,cd->abd',
  'abc,bc->abc',
  'abc,abd->acd',
  'abc->',
  'abc,abc->a',
  '...c,cd->...d',
  'abc,dc->abd',
  'abc,abc->bc',
];

function einsum(dice: Dice): Omit<OperatorCase, 'op'> {
  const equation = dice.pick(equations);
  const sizes: Readonly<Record<string, number>> = { a: 2, b: 3, c: 4, d: 5 };
  const second = equation.split('->')[0]?.split(',')[1];
  const inputs = [
    'x',
    ...(second ? [dice.weight(second.split(/(?=.)/).map((letter) => sizes[letter] ?? 1))] : []),
  ];
  return { opset: opsets(dice, 13), shape: [2, 3, 4], nodes: [['Einsum', inputs, ['y'], { equation }]] };
}

function topK(dice: Dice): Omit<OperatorCase, 'op'> {
  const shape = shapeOf(dice, 2, 4).map((n) => n + 1);
  const opset = opsets(dice);
  const axis = opset >= 11 ? axisOf(dice, shape.length) : dice.int(0, shape.length - 1);
  const count = dice.int(1, shape.at(axis) ?? 1);
  const attributes = {
    axis,
    ...(opset >= 11 ? dice.some({ largest: 0 }) : {}),
    ...(opset < 10 ? { k: count } : {}),
  };
  const inputs = ['x', ...(opset >= 10 ? [dice.whole([count])] : [])];
  const values = dice.bool();
  return values
    ? { opset, shape, nodes: [['TopK', inputs, ['y', 'i'], attributes]] }
    : { opset, shape, nodes: [['TopK', inputs, ['v', 'i'], attributes], toFloat] };
}

export const arithmetic: Makers = merged([
  ...['Add', 'Sub', 'Mul', 'Div'].map((op) => binary(op)),
  binary('Pow', true),
  binary('PRelu'),
  ...['Greater', 'Less'].map((op) => comparison(op)),
  ...['GreaterOrEqual', 'LessOrEqual'].map((op) => comparison(op, 13)),
  ...[
    'ReduceSum',
    'ReduceMean',
    'ReduceMax',
    'ReduceMin',
    'ReduceProd',
    'ReduceL1',
    'ReduceL2',
    'ReduceLogSum',
    'ReduceLogSumExp',
    'ReduceSumSquare',
  ].map(reduction),
  ...['ArgMax', 'ArgMin'].map(extreme),
  ...['Softmax', 'LogSoftmax', 'Hardmax'].map(soft),
  ...['Max', 'Min', 'Sum', 'Mean'].map(variadic),
  ...[
    'Abs',
    'Neg',
    'Relu',
    'Sigmoid',
    'Tanh',
    'Exp',
    'Floor',
    'Ceil',
    'Softplus',
    'Softsign',
    'Sin',
    'Cos',
    'Tan',
    'Atan',
    'Selu',
  ].map((op) => unary(op)),
  ...['Erf', 'Sign', 'Sinh', 'Cosh'].map((op) => unary(op, 9)),
  ...['Sqrt', 'Log', 'Reciprocal'].map((op) => unary(op, 7, {}, true)),
  unary('Round', 11),
  unary('Celu', 13, { alpha: { float: 0.7 } }),
  unary('Elu', 7, { alpha: { float: 0.7 } }),
  unary('LeakyRelu', 7, { alpha: { float: 0.2 } }),
  unary('HardSigmoid', 7, { alpha: { float: 0.3 }, beta: { float: 0.4 } }),
  unary('ThresholdedRelu', 10, { alpha: { float: 0.2 } }),
  unary('Shrink', 9, { bias: { float: 0.1 }, lambd: { float: 0.3 } }),
  unary('HardSwish', 14),
  unary('Mish', 18),
  unary('Gelu', 20),
  single('Clip', (dice) => {
    const opset = opsets(dice);
    const shape = shapeOf(dice);
    if (opset < 11)
      return {
        opset,
        shape,
        nodes: [['Clip', ['x'], ['y'], dice.some({ min: { float: -0.3 }, max: { float: 0.4 } })]],
      };
    const bounds = dice.pick([
      [dice.numbers([-0.3], []), dice.numbers([0.4], [])],
      [dice.numbers([-0.3], [])],
      ['', dice.numbers([0.4], [])],
      [],
    ]);
    return { opset, shape, nodes: [['Clip', ['x', ...bounds], ['y']]] };
  }),
  single('TopK', topK),
  single('Einsum', einsum),
  single('CumSum', (dice) => {
    const shape = shapeOf(dice, 2, 4);
    return {
      opset: opsets(dice, 11),
      shape,
      nodes: [
        [
          'CumSum',
          ['x', dice.whole([axisOf(dice, shape.length)], [])],
          ['y'],
          dice.some({ exclusive: 1, reverse: 1 }),
        ],
      ],
    };
  }),
  single('Where', (dice) => {
    const shape = shapeOf(dice);
    const [zero, other] = [dice.numbers([0], []), dice.weight(partner(dice, shape))];
    return {
      opset: opsets(dice, 9),
      shape,
      nodes: [
        ['Greater', ['x', zero], ['c']],
        [
          'Where',
          [
            'c',
            ...dice.pick([
              ['x', other],
              [other, 'x'],
              [other, zero],
            ]),
          ],
          ['y'],
        ],
      ],
    };
  }),
  single('Mod', (dice) => ({
    opset: opsets(dice, 10),
    shape: [2, 3, 4],
    nodes: [['Mod', ['x', dice.numbers([0.3], [])], ['y'], { fmod: 1 }]],
  })),
  single('LpNormalization', (dice) => ({
    opset: opsets(dice),
    shape: [2, 3, 4],
    nodes: [['LpNormalization', ['x'], ['y'], dice.some({ p: dice.int(1, 2), axis: dice.pick([1, 2, -1]) })]],
  })),
  single('MeanVarianceNormalization', (dice) => ({
    opset: opsets(dice, 9),
    shape: [2, 3, 4, 5],
    nodes: [
      [
        'MeanVarianceNormalization',
        ['x'],
        ['y'],
        dice.some({
          axes: dice.pick([
            [0, 2, 3],
            [2, 3],
            [1, 2, 3],
          ]),
        }),
      ],
    ],
  })),
  single('OneHot', (dice) => ({
    opset: opsets(dice, 11),
    shape: [2, 3, 4],
    nodes: [
      ['ArgMax', ['x'], ['a'], { axis: 1, keepdims: 0 }],
      [
        'OneHot',
        ['a', dice.whole([3], []), dice.numbers([0, 1])],
        ['y'],
        dice.some({ axis: dice.pick([1, -1]) }),
      ],
    ],
  })),
]);
