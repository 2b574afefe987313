import type { Pads, Pair } from '../../../../graph/nodes';
import type { NewCase } from '../gradient-case';

interface Convolution {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: Pads;
}

const ones: Pair = [1, 1];
const none: Pads = [0, 0, 0, 0];

const windows: readonly Convolution[] = [
  { kernel: [1, 1], strides: ones, dilations: ones, pads: none },
  { kernel: [1, 1], strides: [2, 2], dilations: ones, pads: none },
  { kernel: [1, 1], strides: ones, dilations: ones, pads: [1, 1, 1, 1] },
  { kernel: [3, 3], strides: ones, dilations: ones, pads: [1, 1, 1, 1] },
  { kernel: [3, 3], strides: ones, dilations: ones, pads: none },
  { kernel: [3, 3], strides: [2, 2], dilations: ones, pads: [1, 1, 1, 1] },
  { kernel: [3, 3], strides: [2, 2], dilations: ones, pads: [0, 0, 1, 1] },
  { kernel: [3, 3], strides: [3, 2], dilations: ones, pads: none },
  { kernel: [2, 2], strides: [3, 3], dilations: ones, pads: none },
  { kernel: [3, 3], strides: ones, dilations: [2, 2], pads: [2, 2, 2, 2] },
  { kernel: [3, 3], strides: [2, 2], dilations: [2, 2], pads: [2, 2, 2, 2] },
  { kernel: [3, 2], strides: ones, dilations: ones, pads: [0, 1, 2, 0] },
  { kernel: [2, 2], strides: ones, dilations: ones, pads: [2, 3, 2, 3] },
  { kernel: [5, 1], strides: [1, 2], dilations: ones, pads: [2, 0, 2, 0] },
  { kernel: [3, 3], strides: [2, 2], dilations: ones, pads: [3, 3, 3, 3] },
  { kernel: [3, 3], strides: ones, dilations: ones, pads: [-1, 0, 1, 0] },
];

/** [channels, outputs, groups] */
const widths = [
  [2, 3, 1],
  [3, 3, 3],
  [2, 4, 2],
  [4, 4, 2],
] as const;

const transposed: readonly (Convolution & { readonly outputPadding: Pair })[] = [
  { kernel: [2, 2], strides: [2, 2], dilations: ones, pads: none, outputPadding: [0, 0] },
  { kernel: [3, 3], strides: [2, 2], dilations: ones, pads: [1, 1, 1, 1], outputPadding: [1, 1] },
  { kernel: [4, 4], strides: [2, 2], dilations: ones, pads: [1, 1, 1, 1], outputPadding: [0, 0] },
  { kernel: [3, 3], strides: ones, dilations: [2, 2], pads: [1, 1, 1, 1], outputPadding: [0, 0] },
  { kernel: [3, 2], strides: [3, 1], dilations: ones, pads: [0, 1, 1, 0], outputPadding: [0, 0] },
];

/** Wider than what is summed at once, with channels left over. */
const wide = [
  [7, 9, 1],
  [8, 16, 1],
  [9, 9, 9],
] as const;

export function convolutionCases(): NewCase[] {
  const convolutions = windows.flatMap((window) =>
    [...widths, ...(Math.max(...window.kernel) > 2 ? wide : [])].map(([ins, outs, groups]): NewCase => {
      const bias = groups === 1 ? [[outs]] : [];
      return [
        `conv2d ${JSON.stringify(window)} of ${ins} to ${outs} in ${groups}`,
        [[2, 6, 5, ins], [...window.kernel, ins / groups, outs], ...bias],
        (inputs) => ({ op: 'conv2d', source: 'y', inputs, ...attributes(window), groups }),
      ];
    }),
  );
  const upwards = transposed.flatMap((window) =>
    [
      [2, 3, 1],
      [2, 2, 2],
      [4, 2, 2],
    ].map(([ins = 1, outs = 1, groups = 1]): NewCase => {
      const bias = groups === 1 ? [[outs]] : [];
      return [
        `convTranspose2d ${JSON.stringify(window)} of ${ins} to ${outs} in ${groups}`,
        [[2, 3, 4, ins], [...window.kernel, outs / groups, ins], ...bias],
        (inputs) => ({
          op: 'convTranspose2d',
          source: 'y',
          inputs,
          ...attributes(window),
          outputPadding: window.outputPadding,
          groups,
        }),
      ];
    }),
  );
  return [...convolutions, ...upwards];
}

function attributes({ strides, dilations, pads }: Convolution) {
  return { strides, dilations, pads };
}
