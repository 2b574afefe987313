/** Absolute error. */
export const absoluteError = (output: number, target: number): number => Math.abs(output - target);
