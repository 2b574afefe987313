/** Squared error. */
export const squaredError = (output: number, target: number): number => (output - target) ** 2;
