import type { Dice } from '../../src/formats/onnx/testing/random-operators';
import type { TinyNode } from '../../src/formats/onnx/testing/tiny';
import { opsets, single, type Make, type Makers } from './shared';

function padding(dice: Dice, rank: number, most: number) {
  const chance = dice.next();
  if (chance < 0.25) return { auto_pad: dice.pick(['SAME_UPPER', 'SAME_LOWER', 'VALID', 'NOTSET']) };
  return chance < 0.8 ? { pads: dice.ints(2 * rank, 0, most) } : {};
}

const Conv: Make = (dice) => {
  const rank = dice.pick([1, 2, 2, 2]);
  const groups = dice.pick([1, 1, 2, 4]);
  const channels = groups * dice.int(1, 2);
  const out = groups * dice.int(1, 3);
  const kernel = dice.ints(rank, 1, 3);
  const inputs = [
    'x',
    dice.weight([out, channels / groups, ...kernel]),
    ...(dice.bool() ? [dice.weight([out])] : []),
  ];
  const attributes = {
    ...padding(dice, rank, 2),
    ...dice.some({ strides: dice.ints(rank, 1, 3), kernel_shape: kernel }),
    ...(dice.bool(0.3) ? { dilations: dice.ints(rank, 1, 2) } : {}),
    ...(groups > 1 ? { group: groups } : {}),
  };
  return {
    op: 'Conv',
    opset: opsets(dice),
    shape: [2, channels, ...dice.ints(rank, 5, 8)],
    nodes: [['Conv', inputs, ['y'], attributes]],
  };
};

const ConvTranspose: Make = (dice) => {
  const rank = dice.pick([1, 2, 2, 2]);
  const groups = dice.pick([1, 1, 2]);
  const channels = groups * dice.int(1, 2);
  const perGroup = dice.int(1, 2);
  const kernel = dice.ints(rank, 2, 3);
  const strides = dice.ints(rank, 1, 3);
  const size = dice.ints(rank, 3, 5);
  const bias = dice.bool() ? [dice.weight([perGroup * groups])] : [];
  const wanted = size.map((n, i) => n * (strides[i] ?? 1) + dice.int(0, 1));
  const attributes = {
    ...padding(dice, rank, 1),
    strides,
    ...dice.some({ kernel_shape: kernel }),
    ...(dice.bool(0.2) ? { dilations: dice.ints(rank, 1, 2) } : {}),
    ...(groups > 1 ? { group: groups } : {}),
    ...(dice.bool(0.3) ? { output_padding: strides.map((stride) => dice.int(0, stride - 1)) } : {}),
    ...(dice.bool(0.25) ? { output_shape: wanted } : {}),
  };
  const inputs = ['x', dice.weight([channels, perGroup, ...kernel]), ...bias];
  return {
    op: 'ConvTranspose',
    opset: opsets(dice),
    shape: [2, channels, ...size],
    nodes: [['ConvTranspose', inputs, ['y'], attributes]],
  };
};

const pool =
  (op: 'MaxPool' | 'AveragePool' | 'LpPool'): Make =>
  (dice) => {
    const rank = dice.pick([1, 2, 2, 2]);
    const kernel = dice.ints(rank, 1, 3);
    const opset = opsets(dice);
    const pads = padding(dice, rank, 1);
    const attributes = {
      ...('pads' in pads
        ? { pads: pads.pads.map((pad, i) => Math.min(pad, (kernel[i % rank] ?? 1) - 1)) }
        : pads),
      kernel_shape: kernel,
      ...dice.some({ strides: dice.ints(rank, 1, 3) }),
      ...(opset >= 10 && op !== 'LpPool' ? dice.some({ ceil_mode: dice.int(0, 1) }) : {}),
      ...(op === 'AveragePool' ? dice.some({ count_include_pad: dice.int(0, 1) }) : {}),
      ...(opset >= (op === 'MaxPool' ? 10 : op === 'AveragePool' ? 19 : 18) && dice.bool(0.3)
        ? { dilations: dice.ints(rank, 1, 2) }
        : {}),
      ...(op === 'LpPool' ? dice.some({ p: dice.int(1, 3) }) : {}),
    };
    return { op, opset, shape: [2, 3, ...dice.ints(rank, 5, 8)], nodes: [[op, ['x'], ['y'], attributes]] };
  };

const image = (dice: Dice, channels = 4) => [2, channels, dice.int(3, 6), dice.int(3, 6)];

const BatchNormalization: Make = (dice) => {
  const shape = dice.pick([[2, 4], [2, 4, 5], image(dice)]);
  const variance = dice.numbers([0.5, 1, 2, 0.1]);
  const nodes: TinyNode[] = [
    [
      'BatchNormalization',
      ['x', dice.weight([4]), dice.weight([4]), dice.weight([4]), variance],
      ['y'],
      dice.some({ epsilon: { float: 0.01 } }),
    ],
  ];
  return { op: 'BatchNormalization', opset: opsets(dice), shape, nodes };
};

const GroupNormalization: Make = (dice) => {
  const opset = opsets(dice, 18);
  const size = opset < 21 ? 2 : 4;
  const nodes: TinyNode[] = [
    [
      'GroupNormalization',
      ['x', dice.weight([size]), dice.weight([size])],
      ['y'],
      { num_groups: 2, ...dice.some({ epsilon: { float: 0.01 } }) },
    ],
  ];
  return { op: 'GroupNormalization', opset, shape: image(dice), nodes };
};

const LayerNormalization: Make = (dice) => {
  const shape = dice.pick([image(dice), [2, 3, 5], [2, 6]]);
  const axis = dice.int(1, shape.length - 1);
  const rest = shape.slice(axis);
  const inputs = ['x', dice.weight(rest), ...(dice.bool() ? [dice.weight(rest)] : [])];
  return {
    op: 'LayerNormalization',
    opset: opsets(dice, 17),
    shape,
    nodes: [
      [
        'LayerNormalization',
        inputs,
        ['y'],
        { axis: dice.bool() ? axis : axis - shape.length, ...dice.some({ epsilon: { float: 0.01 } }) },
      ],
    ],
  };
};

export const kernels: Makers = {
  Conv,
  ConvTranspose,
  MaxPool: pool('MaxPool'),
  AveragePool: pool('AveragePool'),
  LpPool: pool('LpPool'),
  BatchNormalization,
  GroupNormalization,
  LayerNormalization,
  ...single('InstanceNormalization', (dice) => ({
    opset: opsets(dice),
    shape: dice.bool() ? image(dice) : [2, 4, 5],
    nodes: [
      [
        'InstanceNormalization',
        ['x', dice.weight([4]), dice.weight([4])],
        ['y'],
        dice.some({ epsilon: { float: 0.01 } }),
      ],
    ],
  })),
  ...single('LRN', (dice) => ({
    opset: opsets(dice),
    shape: image(dice, 5),
    nodes: [
      [
        'LRN',
        ['x'],
        ['y'],
        {
          size: dice.pick([1, 3, 5]),
          ...dice.some({ alpha: { float: 0.3 }, beta: { float: 0.5 }, bias: { float: 2 } }),
        },
      ],
    ],
  })),
  ...single('GlobalAveragePool', (dice) => ({
    opset: opsets(dice),
    shape: dice.bool() ? image(dice) : [2, 3, 5],
    nodes: [['GlobalAveragePool', ['x'], ['y']]],
  })),
  ...single('GlobalMaxPool', (dice) => ({
    opset: opsets(dice),
    shape: image(dice),
    nodes: [['GlobalMaxPool', ['x'], ['y']]],
  })),
  ...single('Gemm', (dice) => {
    const [transA, transB] = [dice.bool(0.3) ? 1 : 0, dice.int(0, 1)];
    const [rows, inner, columns] = [3, 4, 5];
    const opset = opsets(dice);
    const bias = dice.pick([[columns], [1], [1, columns], [rows, 1], [rows, columns], []]);
    const inputs = [
      'x',
      dice.weight(transB ? [columns, inner] : [inner, columns]),
      ...(opset < 11 || dice.bool(0.7) ? [dice.weight(bias)] : []),
    ];
    return {
      opset,
      shape: transA ? [inner, rows] : [rows, inner],
      nodes: [
        [
          'Gemm',
          inputs,
          ['y'],
          {
            ...(transA ? { transA } : {}),
            transB,
            ...dice.some({ alpha: { float: 0.5 }, beta: { float: 2 } }),
          },
        ],
      ],
    };
  }),
  ...single('MatMul', (dice) => {
    const rank = dice.int(1, 4);
    const other = dice.int(1, 4);
    const batch = [2, 3];
    const left = rank === 1 ? [4] : [...batch.slice(4 - rank), 3, 4];
    const right = other === 1 ? [4] : [...batch.slice(4 - other).map((n) => (dice.bool(0.2) ? 1 : n)), 4, 5];
    const swapped = dice.bool(0.3);
    const nodes: TinyNode[] = swapped
      ? [['MatMul', [dice.weight(left), 'x'], ['y']]]
      : [['MatMul', ['x', dice.weight(right)], ['y']]];
    return { opset: opsets(dice), shape: swapped ? right : left, nodes };
  }),
  ...single('QuantizeDequantize', (dice) => {
    const scale = dice.numbers([0.05], []);
    return {
      opset: opsets(dice, 10),
      shape: image(dice),
      nodes: [
        ['QuantizeLinear', ['x', scale], ['q']],
        ['DequantizeLinear', ['q', scale], ['y']],
      ],
    };
  }),
};
