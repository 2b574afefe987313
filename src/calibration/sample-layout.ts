/** How a stored sample becomes the model's: its axes permuted, or copied as they are. */
export interface SampleMove {
  /** Shape of a stored sample, a channel axis added where the array had none. */
  readonly stored: readonly number[];
  /** Output axis i is stored axis perm[i]. */
  readonly perm: readonly number[];
  /** The stored axis that mean and std run along; −1 where there is only one channel. */
  readonly channelAxis: number;
}

export type Layout = 'NHWC' | 'NCHW';

/**
 * Fits stored samples to a model input of shape `target` (batch excluded). Images go by their height, width and
 * channels; where both axis orders fit the model, `modelLayout` decides. A flat input takes any sample of its size.
 *
 * @returns null when they do not fit
 */
export function fitSample(
  sample: readonly number[],
  target: readonly number[],
  layout: Layout,
  modelLayout: Layout,
): SampleMove | null {
  const stored = withChannels(sample, target, layout);
  const channelAxis = stored.length === 2 ? -1 : layout === 'NHWC' ? stored.length - 1 : 0;
  const asStored = { stored, perm: stored.map((_, axis) => axis), channelAxis };
  if (target.length === 1) return size(stored) === size(target) ? asStored : null;
  if (target.length !== 3 || stored.length !== 3) return equal(stored, target) ? asStored : null;

  const [h, w, c] = layout === 'NHWC' ? ([0, 1, 2] as const) : ([1, 2, 0] as const);
  const orders = { NHWC: [h, w, c], NCHW: [c, h, w] };
  const other = modelLayout === 'NHWC' ? 'NCHW' : 'NHWC';
  const perm = [orders[modelLayout], orders[other]].find((order) =>
    equal(
      order.map((axis) => stored[axis] ?? 0),
      target,
    ),
  );
  return perm ? { stored, perm, channelAxis } : null;
}

/** Grey images, stored without a channel axis, get one when the model's input has one. */
function withChannels(sample: readonly number[], target: readonly number[], layout: Layout) {
  if (sample.length !== 2 || target.length !== 3) return sample;
  return layout === 'NHWC' ? [...sample, 1] : [1, ...sample];
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}
