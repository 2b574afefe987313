import type { Dice, OperatorCase } from '../../src/formats/onnx/testing/random-operators';
import type { TinyNode } from '../../src/formats/onnx/testing/tiny';
import { axisOf, merged, opsets, shapeOf, single, type Makers } from './shared';

function slice(dice: Dice): Omit<OperatorCase, 'op'> {
  const shape = [2, 5, 6, 4].slice(0, dice.int(2, 4));
  const opset = opsets(dice);
  const axes = dice.shuffled(shape.length).slice(0, dice.int(1, shape.length));
  const starts = axes.map((axis) => dice.int(-(shape[axis] ?? 1), 1));
  const ends = axes.map((axis) => dice.pick([shape[axis] ?? 1, -1, 2 ** 31 - 1, (shape[axis] ?? 1) - 1]));
  if (opset < 10) return { opset, shape, nodes: [['Slice', ['x'], ['y'], { starts, ends, axes }]] };
  const steps = axes.map(() => dice.pick([1, 1, 2, -1]));
  const bounds = axes.map((axis, i) =>
    (steps[i] ?? 1) > 0
      ? [starts[i] ?? 0, ends[i] ?? 0]
      : [dice.pick([-1, shape[axis] ?? 1]), dice.pick([0, -(2 ** 31)])],
  );
  const named = axes.map((axis) => (dice.bool(0.3) ? axis - shape.length : axis));
  const inputs = [
    'x',
    dice.whole(bounds.map(([a = 0]) => a)),
    dice.whole(bounds.map(([, b = 0]) => b)),
    dice.whole(named),
    dice.whole(steps),
  ];
  return { opset, shape, nodes: [['Slice', inputs, ['y']]] };
}

function split(dice: Dice): Omit<OperatorCase, 'op'> {
  const shape = [2, 6, 4];
  const opset = opsets(dice);
  const axis = dice.pick([1, 1, 2]);
  const sizes =
    axis === 1
      ? dice.pick([
          [1, 5],
          [2, 4],
          [3, 3],
          [1, 2, 3],
        ])
      : dice.pick([
          [1, 3],
          [2, 2],
        ]);
  const outs = sizes.map((_, i) => `s${i}`);
  const way = dice.next();
  const even = (shape[axis] ?? 1) % outs.length === 0;
  const joined: TinyNode = ['Concat', [...outs].reverse(), ['y'], { axis }];
  if (way < 0.3 && even && opset < 18)
    return { opset, shape, nodes: [['Split', ['x'], outs, { axis }], joined] };
  if (opset >= 18 && way < 0.5)
    return { opset, shape, nodes: [['Split', ['x'], outs, { axis, num_outputs: outs.length }], joined] };
  return opset < 13
    ? { opset, shape, nodes: [['Split', ['x'], outs, { axis, split: sizes }], joined] }
    : { opset, shape, nodes: [['Split', ['x', dice.whole(sizes)], outs, { axis }], joined] };
}

function reshape(dice: Dice): Omit<OperatorCase, 'op'> {
  const shape = [2, 4, 6];
  const target = dice.pick([
    [2, 24],
    [0, -1],
    [0, 0, 2, 3],
    [0, 0, -1, 3],
    [2, 8, 3],
    [-1, 6],
    [0, 2, 2, 6],
    [0, -1, 1, 4],
    [0, 24, 1, 1],
    [48],
  ]);
  return { opset: opsets(dice), shape, nodes: [['Reshape', ['x', dice.whole(target)], ['y']]] };
}

function gather(dice: Dice): Omit<OperatorCase, 'op'> {
  const shape = shapeOf(dice, 2, 4);
  const axis = axisOf(dice, shape.length);
  const size = shape.at(axis) ?? 1;
  const [indices, dims] = dice.pick([
    [dice.ints(3, 0, size - 1), [3]],
    [[dice.int(0, size - 1)], []],
    [dice.ints(4, -size, size - 1), [2, 2]],
  ] as [number[], number[]][]);
  const opset = opsets(dice, indices.some((i) => i < 0) ? 11 : 7);
  return {
    opset,
    shape,
    nodes: [
      [
        'Gather',
        ['x', dice.whole(indices, dims)],
        ['y'],
        { axis: opset < 11 && axis < 0 ? axis + shape.length : axis },
      ],
    ],
  };
}

export const movement: Makers = merged([
  single('Slice', slice),
  single('Split', split),
  single('Reshape', reshape),
  single('Gather', gather),
  single('GatherElements', (dice) => {
    const shape = [2, 3, 4];
    const axis = dice.pick([0, 1, 2, -1]);
    const size = shape.at(axis) ?? 1;
    return {
      opset: opsets(dice, 11),
      shape,
      nodes: [['GatherElements', ['x', dice.whole(dice.ints(24, -size, size - 1), shape)], ['y'], { axis }]],
    };
  }),
  single('GatherND', (dice) => ({
    opset: opsets(dice, 11),
    shape: [2, 3, 4],
    nodes: [
      [
        'GatherND',
        ['x', dice.pick([dice.whole([0, 1, 1, 2], [2, 2]), dice.whole([1, 0, 3, 0, 2, 1], [2, 3])])],
        ['y'],
      ],
    ],
  })),
  single('ScatterND', (dice) => ({
    opset: opsets(dice, 11),
    shape: [4, 3],
    nodes: [['ScatterND', ['x', dice.whole([1, 3], [2, 1]), dice.weight([2, 3])], ['y']]],
  })),
  single('ScatterElements', (dice) => ({
    opset: opsets(dice, 11),
    shape: [3, 4],
    nodes: [
      [
        'ScatterElements',
        ['x', dice.whole([0, 2, 1, 1], [2, 2]), dice.weight([2, 2])],
        ['y'],
        { axis: dice.int(0, 1) },
      ],
    ],
  })),
  single('Trilu', (dice) => ({
    opset: opsets(dice, 14),
    shape: [2, 4, 5],
    nodes: [
      [
        'Trilu',
        ['x', ...(dice.bool() ? [dice.whole([dice.int(-3, 4)], [])] : [])],
        ['y'],
        dice.some({ upper: dice.int(0, 1) }),
      ],
    ],
  })),
  single('Transpose', (dice) => {
    const shape = shapeOf(dice, 2, 5);
    return {
      opset: opsets(dice),
      shape,
      nodes: [['Transpose', ['x'], ['y'], dice.some({ perm: dice.shuffled(shape.length) }, 0.8)]],
    };
  }),
  single('Flatten', (dice) => {
    const shape = shapeOf(dice, 2, 4);
    const opset = opsets(dice);
    return {
      opset,
      shape,
      nodes: [
        [
          'Flatten',
          ['x'],
          ['y'],
          dice.some({ axis: dice.int(opset >= 11 ? -shape.length : 0, shape.length) }),
        ],
      ],
    };
  }),
  single('Squeeze', (dice) => {
    const opset = opsets(dice);
    const axes = dice.pick([[1], [3], [1, 3], ...(opset >= 11 ? [[-1]] : [])]);
    const shape = [2, 1, 4, 1];
    if (dice.bool(0.2)) return { opset, shape, nodes: [['Squeeze', ['x'], ['y']]] };
    return opset < 13
      ? { opset, shape, nodes: [['Squeeze', ['x'], ['y'], { axes }]] }
      : { opset, shape, nodes: [['Squeeze', ['x', dice.whole(axes)], ['y']]] };
  }),
  single('Unsqueeze', (dice) => {
    const opset = opsets(dice);
    const axes = dice.pick([[1], [3], [0], [1, 3], ...(opset >= 11 ? [[-1], [4, 1]] : [])]);
    return opset < 13
      ? { opset, shape: [2, 3, 4], nodes: [['Unsqueeze', ['x'], ['y'], { axes }]] }
      : { opset, shape: [2, 3, 4], nodes: [['Unsqueeze', ['x', dice.whole(axes)], ['y']]] };
  }),
  single('Expand', (dice) => {
    const shape = [2, 1, 4];
    const target = dice.pick([
      [2, 3, 4],
      [3, 1],
      [1, 3, 1],
      [5, 2, 3, 4],
      [2, 1, 1],
    ]);
    return { opset: opsets(dice, 8), shape, nodes: [['Expand', ['x', dice.whole(target)], ['y']]] };
  }),
  single('Tile', (dice) => ({
    opset: opsets(dice),
    shape: [2, 3, 4],
    nodes: [['Tile', ['x', dice.whole([dice.pick([1, 1, 2]), dice.int(1, 3), dice.int(1, 2)])], ['y']]],
  })),
  single('DepthToSpace', (dice) => {
    const opset = opsets(dice);
    return {
      opset,
      shape: [2, 8, 3, 2],
      nodes: [
        [
          'DepthToSpace',
          ['x'],
          ['y'],
          { blocksize: 2, ...(opset >= 11 ? dice.some({ mode: dice.pick(['DCR', 'CRD']) }) : {}) },
        ],
      ],
    };
  }),
  single('SpaceToDepth', (dice) => ({
    opset: opsets(dice),
    shape: [2, 3, 4, 6],
    nodes: [['SpaceToDepth', ['x'], ['y'], { blocksize: 2 }]],
  })),
  single('Concat', (dice) => {
    const shape = shapeOf(dice, 2, 4);
    const opset = opsets(dice);
    const axis = opset >= 11 ? axisOf(dice, shape.length) : dice.int(0, shape.length - 1);
    const at = axis < 0 ? axis + shape.length : axis;
    const others = Array.from({ length: dice.int(0, 2) }, () =>
      dice.weight(shape.map((n, i) => (i === at ? dice.int(1, 3) : n))),
    );
    return {
      opset,
      shape,
      nodes: [['Concat', dice.bool() ? ['x', ...others] : [...others, 'x'], ['y'], { axis }]],
    };
  }),
  single('ShapeArithmetic', (dice) => ({
    opset: opsets(dice, 13),
    shape: [2, 4, 3, 5],
    nodes: [
      ['Shape', ['x'], ['s']],
      ['Gather', ['s', dice.whole([0], [])], ['n']],
      ['Unsqueeze', ['n', dice.whole([0])], ['n1']],
      ['Concat', ['n1', dice.whole(dice.pick([[-1], [4, -1], [2, 30], [-1, 5]]))], ['t'], { axis: 0 }],
      ['Reshape', ['x', 't'], ['y']],
    ],
  })),
]);
