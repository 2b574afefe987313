import { floats, int64s, type TinyModel } from './tiny';

const weights = [
  floats('w1', [8, 3, 3, 3]),
  floats('w2', [4, 8, 1, 1]),
  int64s('three', [3]),
  int64s('axis', [1]),
];

/** As PyTorch exports a squeeze of an axis whose length it does not know. */
export const branching: TinyModel = {
  inputs: { x: ['n', 3, 6, 6] },
  outputs: ['y'],
  weights: [...weights, int64s('last', [3])],
  nodes: [
    ['Conv', ['x', 'w1'], ['a']],
    ['Shape', ['a'], ['shape']],
    ['Gather', ['shape', 'last'], ['width']],
    ['Equal', ['width', 'three'], ['narrow']],
    [
      'If',
      ['narrow'],
      ['b'],
      {
        then_branch: { branch: { outputs: ['t'], nodes: [['Neg', ['a'], ['t']]] } },
        else_branch: {
          branch: {
            outputs: ['e'],
            weights: [floats('shift', [1, 8, 1, 1])],
            nodes: [
              ['Relu', ['a'], ['r']],
              ['Add', ['r', 'shift'], ['e']],
            ],
          },
        },
      },
    ],
    ['Conv', ['b', 'w2'], ['y']],
  ],
};

/** Functions of the model's own, one calling the other. */
export const calling: TinyModel = {
  opset: 18,
  inputs: { x: ['n', 3, 6, 6] },
  outputs: ['y'],
  weights,
  functions: [
    {
      name: 'Gate',
      inputs: ['v'],
      outputs: ['g'],
      nodes: [
        ['Sigmoid', ['v'], ['s']],
        ['Mul', ['v', 's'], ['g']],
      ],
    },
    {
      name: 'Layer',
      inputs: ['v', 'kernel'],
      outputs: ['out'],
      nodes: [
        ['Conv', ['v', 'kernel'], ['c']],
        ['own.Gate', ['c'], ['out']],
      ],
    },
  ],
  nodes: [
    ['own.Layer', ['x', 'w1'], ['a']],
    ['own.Layer', ['a', 'w2'], ['y']],
  ],
};
