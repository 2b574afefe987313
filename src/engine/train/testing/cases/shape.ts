import type { PadNode, ResizeNode } from '../../../../graph/nodes';
import type { NewCase } from '../gradient-case';

const map = [2, 3, 4, 3];

export function shapeCases(): NewCase[] {
  const concats = [
    [3, [map, [2, 3, 4, 1], map]],
    [1, [map, [2, 1, 4, 3]]],
    [0, [map, map]],
  ] as const;
  const slices = [
    [3, 1, 2, 1],
    [2, 0, 2, 2],
    [2, 3, 4, -1],
    [1, 2, 2, -2],
    [0, 1, 1, 1],
  ] as const;
  const gathers = [
    [3, [2, 0]],
    [3, [0, 1, 2, 2, 1, 0, 2, 2]],
    [1, [0, 0, 2]],
    [2, [3, 1, 3, 0, 2, 2]],
    [0, [1, 1]],
  ] as const;
  const perms = [
    [0, 3, 1, 2],
    [0, 2, 3, 1],
    [3, 2, 1, 0],
  ];
  return [
    ...concats.map(([axis, shapes]): NewCase => [
      `concat along ${axis}`,
      shapes,
      (inputs) => ({ op: 'concat', source: 'y', inputs, axis }),
    ]),
    ...slices.map(([axis, start, count, step]): NewCase => [
      `slice of axis ${axis}: ${count} from ${start} by ${step}`,
      [map],
      ([x = '']) => ({ op: 'slice', source: 'y', inputs: [x], axis, start, count, step }),
    ]),
    ...gathers.map(([axis, indices]): NewCase => [
      `gather of axis ${axis}: ${indices.join()}`,
      [map],
      ([x = '']) => ({ op: 'gather', source: 'y', inputs: [x], axis, indices }),
    ]),
    ...perms.map((perm): NewCase => [
      `transpose by ${perm.join()}`,
      [map],
      ([x = '']) => ({ op: 'transpose', source: 'y', inputs: [x], perm }),
    ]),
    ...padCases(),
    ...resizeCases(),
    [
      'resample with overlapping taps',
      [map],
      ([x = '']) => ({
        op: 'resample',
        source: 'y',
        inputs: [x],
        axis: 2,
        taps: [
          [
            { index: 0, weight: 0.75 },
            { index: 1, weight: -0.25 },
          ],
          [{ index: 3, weight: 2 }],
        ],
      }),
    ],
    ['reshape', [map], ([x = '']) => ({ op: 'reshape', source: 'y', inputs: [x] }), { outputShape: [2, 36] }],
    ['identity', [map], ([x = '']) => ({ op: 'identity', source: 'y', inputs: [x] })],
    ...[[2, 1, 1, 3], [1, 3, 1, 1], [3]].map((shape): NewCase => [
      `expand of [${shape.join()}]`,
      [shape],
      ([x = '']) => ({ op: 'expand', source: 'y', inputs: [x] }),
      { outputShape: map },
    ]),
  ];
}

function padCases(): NewCase[] {
  const pads: readonly PadNode['pads'][] = [
    [
      [0, 0],
      [1, 2],
      [2, 1],
      [0, 0],
    ],
    [
      [0, 0],
      [1, -1],
      [0, 0],
      [-1, 1],
    ],
  ];
  return (['constant', 'reflect', 'edge'] as const).flatMap((mode) =>
    pads.map((each): NewCase => [
      `pad, ${mode}, by ${JSON.stringify(each)}`,
      [map],
      ([x = '']) => ({ op: 'pad', source: 'y', inputs: [x], mode, value: 0.5, pads: each }),
    ]),
  );
}

function resizeCases(): NewCase[] {
  const conventions: readonly Pick<ResizeNode, 'mode' | 'coordinates'>[] = [
    { mode: 'linear', coordinates: 'half_pixel' },
    { mode: 'linear', coordinates: 'pytorch_half_pixel' },
    { mode: 'linear', coordinates: 'align_corners' },
    { mode: 'linear', coordinates: 'asymmetric' },
    { mode: 'linear', coordinates: 'half_pixel_symmetric' },
    { mode: 'nearest', coordinates: 'half_pixel' },
    { mode: 'nearest', coordinates: 'asymmetric' },
    { mode: 'nearest', coordinates: 'align_corners' },
  ];
  const sizes = [
    [6, 8],
    [2, 2],
    [5, 3],
  ] as const;
  return conventions.flatMap((convention) =>
    sizes.map((size): NewCase => [
      `resize ${JSON.stringify(convention)} to ${size.join('×')}`,
      [map],
      ([x = '']) => ({
        op: 'resize',
        source: 'y',
        inputs: [x],
        ...convention,
        nearestMode: 'round_prefer_floor',
        size,
        scales: [size[0] / 3, size[1] / 4],
      }),
    ]),
  );
}
