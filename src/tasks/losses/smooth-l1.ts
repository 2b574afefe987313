/** Huber's loss with its corner at 1 (PyTorch's SmoothL1Loss, beta 1): squared near zero, linear beyond. */
export function smoothAbsoluteError(output: number, target: number): number {
  const error = Math.abs(output - target);
  return error < 1 ? error ** 2 / 2 : error - 0.5;
}
