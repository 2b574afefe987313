import type { NewCase } from '../gradient-case';

export function linearCases(): NewCase[] {
  const dense = [
    [4, 5],
    [2, 3, 5],
    [2, 2, 3, 5],
  ].flatMap((shape) =>
    [[], [[3]]].map((bias): NewCase => [
      `dense of [${shape.join()}]${bias.length > 0 ? ' with a bias' : ''}`,
      [shape, [5, 3], ...bias],
      (inputs) => ({ op: 'dense', source: 'y', inputs }),
    ]),
  );
  const products = [
    [[], []],
    [[2], [2]],
    [[2, 3], [3]],
    [[], [2]],
    [
      [2, 1],
      [1, 3],
    ],
  ].flatMap(([left = [], right = []]) =>
    [false, true].flatMap((transposeA) =>
      [false, true].map((transposeB): NewCase => {
        const a = transposeA ? [4, 3] : [3, 4];
        const b = transposeB ? [2, 4] : [4, 2];
        return [
          `matmul of [${left.join()}]×[${right.join()}]${transposeA ? ', left turned' : ''}${transposeB ? ', right turned' : ''}`,
          [
            [...left, ...a],
            [...right, ...b],
          ],
          ([x = '', y = '']) => ({ op: 'matmul', source: 'y', inputs: [x, y], transposeA, transposeB }),
        ];
      }),
    ),
  );
  const norms = [
    [2, 3, 4, 3],
    [6, 3],
  ].map((shape): NewCase => [
    `batch norm of [${shape.join()}] on running statistics`,
    [shape, [3], [3], [3], [3]],
    ([x = '', scale = '', offset = '', mean = '', variance = '']) => ({
      op: 'batchNorm',
      source: 'y',
      inputs: [x, scale, offset, mean, variance],
      epsilon: 1e-3,
    }),
    {
      ranges: [
        [-2, 2],
        [-2, 2],
        [-2, 2],
        [-2, 2],
        [0.3, 2],
      ],
    },
  ]);
  const normalised = [
    [
      [2, 3, 4, 3],
      [1, 2],
    ],
    [[2, 3, 4, 3], [3]],
    [
      [2, 3, 4, 3],
      [1, 2, 3],
    ],
    [[2, 5, 6], [2]],
    [
      [2, 3, 2, 2, 3],
      [1, 2, 4],
    ],
  ].map(([shape = [], axes = []]): NewCase => [
    `normalize [${shape.join()}] over ${axes.join()}`,
    [shape],
    ([x = '']) => ({ op: 'normalize', source: 'y', inputs: [x], axes, epsilon: 1e-3 }),
  ]);
  return [...dense, ...products, ...norms, ...normalised];
}
