import type { Pads, Pair } from '../../../../graph/nodes';
import type { NewCase } from '../gradient-case';

interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations?: Pair;
  readonly pads?: Pads;
  /** Windows at the end that reach out of the padded input. */
  readonly extra?: Pair;
}

const windows: readonly Window[] = [
  { kernel: [2, 2], strides: [2, 2] },
  { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] },
  { kernel: [3, 2], strides: [1, 2], pads: [1, 0, 0, 1] },
  { kernel: [2, 2], strides: [2, 2], extra: [1, 1] },
  { kernel: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] },
  { kernel: [2, 2], strides: [1, 1], dilations: [2, 2] },
  { kernel: [1, 1], strides: [2, 2] },
  { kernel: [2, 2], strides: [3, 3] },
  { kernel: [5, 5], strides: [1, 1] },
];

const [height, width] = [5, 5];

export function poolCases(): NewCase[] {
  return windows.flatMap((window) =>
    [
      { kind: 'max', countIncludePad: false, range: [-2, 2] },
      { kind: 'max', countIncludePad: false, range: [-3, -1] },
      { kind: 'average', countIncludePad: false, range: [-2, 2] },
      { kind: 'average', countIncludePad: true, range: [-2, 2] },
    ].map(({ kind, countIncludePad, range: [low = -2, high = 2] }): NewCase => {
      const { kernel, strides, dilations = [1, 1], pads = [0, 0, 0, 0], extra = [0, 0] } = window;
      const along = (size: number, side: 0 | 1) => {
        const padded = size + pads[side] + pads[side === 0 ? 2 : 3];
        return (
          Math.floor((padded - dilations[side] * (kernel[side] - 1) - 1) / strides[side]) + 1 + extra[side]
        );
      };
      return [
        `${kind} pool ${JSON.stringify(window)}, from ${low}${countIncludePad ? ', pads counted' : ''}`,
        [[2, height, width, 3]],
        ([x = '']) => ({
          op: 'pool',
          source: 'y',
          inputs: [x],
          kind: kind === 'max' ? 'max' : 'average',
          kernel,
          strides,
          dilations,
          pads,
          countIncludePad,
        }),
        { outputShape: [2, along(height, 0), along(width, 1), 3], range: [low, high] },
      ];
    }),
  );
}
