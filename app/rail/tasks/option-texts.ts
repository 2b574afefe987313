import type { TaskOptions } from '../../../src/tasks/options';

/** What an option is called, and what it does. */
export const optionTexts: Readonly<
  Record<Exclude<keyof TaskOptions, 'metric'>, { readonly label: string; readonly text: string }>
> = {
  labelSmoothing: { label: 'Label smoothing', text: 'Share of the label that is spread over all classes.' },
  classWeights: { label: 'Class weights', text: 'A number for each class; rare classes may count more.' },
  ignore: { label: 'Label to ignore', text: 'Positions with this label do not count, usually 255.' },
  positiveWeight: {
    label: 'Weight of yes',
    text: 'What a yes counts for against a no; of balanced losses its share, from 0 to 1.',
  },
  gamma: { label: 'γ, focus', text: 'The larger, the less right answers count.' },
  alpha: { label: 'α, weight of yes', text: 'What a yes counts for; a no counts 1 − α.' },
  beta: { label: 'β', text: 'Errors below are squared, above absolute; in the output’s unit.' },
  delta: { label: 'δ of Huber', text: 'Errors below are squared, above absolute; in the output’s unit.' },
  values: { label: 'Values of classes', text: 'The number that each class stands for, e.g. an age.' },
  scaleInvariance: { label: 'Scale invariance', text: '1 forgives a common scale entirely, 0 not at all.' },
  sigma: { label: 'σ, cells', text: 'How wide the blob of a keypoint is, in cells of the map.' },
  imageSize: { label: 'Image size', text: 'Height and width in pixels, if the input is not an image.' },
  strides: { label: 'Strides', text: 'Pixels per cell of each scale.' },
  anchors: {
    label: 'Anchors',
    text: 'Widths and heights in pixels, a line for each scale: 10, 13, 16, 30.',
  },
  scale: { label: 'Only scale', text: 'Counts one scale alone, from 0 (the finest); empty for all.' },
  sizeUnit: { label: 'Sizes are in', text: 'Cells of the output, or pixels of the input.' },
  boxFormat: { label: 'Boxes are', text: 'Two corners, or centre, width and height.' },
  compare: { label: 'Compare', text: 'As numbers, or as probabilities of classes.' },
  expression: {
    label: 'Formula',
    text: 'Of outputs y (y1, y2 …) and labels t (t1, t2 …) of one sample; ends in one number, e.g. mean((y - t)^2).',
  },
};
