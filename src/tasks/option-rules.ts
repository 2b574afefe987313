import type { TaskOptions } from './options';

/** How an option is written and what may be written; for recipes and for the page. */
export type OptionRule =
  | {
      readonly kind: 'number';
      readonly test: (value: number) => boolean;
      readonly advice: string;
      readonly default?: number;
    }
  | {
      readonly kind: 'numbers';
      readonly test: (value: number) => boolean;
      readonly advice: string;
    }
  | { readonly kind: 'lists'; readonly test: (value: number) => boolean; readonly advice: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'text'; readonly advice: string };

const share = {
  kind: 'number',
  test: (value: number) => value >= 0 && value <= 1,
  advice: 'Give a number from 0 to 1.',
} as const;
const positive = {
  kind: 'number',
  test: (value: number) => value > 0,
  advice: 'Give a number above 0.',
} as const;

/** The rule of every option but `metric`, whose choices depend on the loss. */
export const optionRules: Readonly<Record<Exclude<keyof TaskOptions, 'metric'>, OptionRule>> = {
  labelSmoothing: { ...share, default: 0 },
  classWeights: {
    kind: 'numbers',
    test: (value) => value >= 0,
    advice: 'Give a list of numbers, one a class, none negative.',
  },
  ignore: { kind: 'number', test: Number.isInteger, advice: 'Give a whole number.' },
  positiveWeight: { ...positive },
  gamma: { kind: 'number', test: (value) => value >= 0, advice: 'Give a number of 0 or more.', default: 2 },
  alpha: { ...share, default: 0.25 },
  beta: { ...positive, default: 1 },
  delta: { ...positive, default: 1 },
  values: { kind: 'numbers', test: () => true, advice: 'Give a list of numbers, one a class.' },
  scaleInvariance: { ...share, default: 0.5 },
  sigma: { ...positive, default: 2 },
  imageSize: {
    kind: 'numbers',
    test: (value) => value > 0,
    advice: "Give the input's height and width in pixels: [300, 300].",
  },
  strides: {
    kind: 'numbers',
    test: (value) => value > 0,
    advice: 'Give the pixels per cell of each scale: [8, 16, 32].',
  },
  anchors: {
    kind: 'lists',
    test: (value) => value > 0,
    advice: 'Give widths and heights in pixels for each scale: [[10, 13, 16, 30], [30, 61, 62, 45]].',
  },
  scale: {
    kind: 'number',
    test: (value) => Number.isInteger(value) && value >= 0,
    advice: 'Give the number of the scale, from 0.',
  },
  sizeUnit: { kind: 'choice', choices: ['cells', 'pixels'] },
  boxFormat: { kind: 'choice', choices: ['corners', 'centre'] },
  compare: { kind: 'choice', choices: ['values', 'classes'] },
  expression: { kind: 'text', advice: 'Give a formula in quotes, e.g. "mean((y - t)^2)".' },
};
