/** Extent covered by a window of `kernel` taps that are `dilation` apart. */
export function dilatedSize(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/**
 * Number of windows along one spatial axis. With `ceil`, a last window that reaches past the padded input counts
 * too, unless it would start in the padding after the input (`padBefore` is needed to tell; as PyTorch and ONNX do).
 */
export function pooledSize(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  padTotal: number,
  ceil: boolean,
  padBefore = Math.floor(padTotal / 2),
): number {
  const room = input + padTotal - dilatedSize(kernel, dilation);
  if (!ceil) return Math.floor(room / stride) + 1;
  const windows = Math.ceil(room / stride) + 1;
  return (windows - 1) * stride >= input + padBefore ? windows - 1 : windows;
}

/** Padding [before, after] that makes the output ⌈input/stride⌉; an odd element goes after, or before when `lower`. */
export function samePads(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  lower = false,
): [number, number] {
  const windows = Math.ceil(input / stride);
  const total = Math.max(0, (windows - 1) * stride + dilatedSize(kernel, dilation) - input);
  const smaller = Math.floor(total / 2);
  return lower ? [total - smaller, smaller] : [smaller, total - smaller];
}

/** Output size of a transposed convolution along one spatial axis. */
export function transposedSize(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  padTotal: number,
  outputPadding: number,
): number {
  return (input - 1) * stride + dilatedSize(kernel, dilation) - padTotal + outputPadding;
}
