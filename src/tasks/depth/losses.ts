import type { Values } from '../kind';

/** The loss of one sample's map against depths, over those that are not NaN; adds its slopes to `gradient`. */
export type DepthLoss = (output: Values, depths: Float32Array, gradient?: Values) => number;

/** The mean absolute error, in the labels' unit. */
export const meanAbsolute: DepthLoss = meanOf((error) => [Math.abs(error), Math.sign(error)]);

/**
 * The reverse Huber loss (Laina et al., "Deeper Depth Prediction with Fully Convolutional Residual Networks", arXiv
 * 1606.00373, eq. 2): |e| up to c, (e² + c²)/(2c) beyond, with c a fifth of the sample's largest error, which the
 * gradient takes as constant.
 */
export const berHuLoss: DepthLoss = (output, depths, gradient) => {
  let largest = 0;
  for (const [at, depth] of depths.entries()) {
    const error = Math.abs((output[at] ?? NaN) - depth);
    if (error > largest) largest = error;
  }
  const c = largest / 5;
  const loss = meanOf((error) =>
    Math.abs(error) <= c || c === 0
      ? [Math.abs(error), Math.sign(error)]
      : [(error ** 2 + c ** 2) / (2 * c), error / c],
  );
  return loss(output, depths, gradient);
};

/** Depths below are taken as this much, so that their logarithm is finite. */
export const smallestDepth = 1e-6;

/**
 * The scale-invariant error of logarithms (Eigen et al., "Depth Map Prediction from a Single Image", arXiv 1406.2283,
 * eq. 4): Σd²/n − λ(Σd)²/n², d = ln y − ln y*. Outputs that are not above 0 count as 1e-6, without a slope.
 */
export function logLoss(lambda: number): DepthLoss {
  return (output, depths, gradient) => {
    let [count, sum, squares] = [0, 0, 0];
    for (const [at, depth] of depths.entries()) {
      if (Number.isNaN(depth)) continue;
      const d = Math.log(Math.max(output[at] ?? NaN, smallestDepth)) - Math.log(depth);
      count++;
      sum += d;
      squares += d * d;
    }
    if (count === 0) return 0;
    if (gradient) {
      for (const [at, depth] of depths.entries()) {
        const value = output[at] ?? NaN;
        if (Number.isNaN(depth) || value <= smallestDepth) continue;
        const d = Math.log(value) - Math.log(depth);
        gradient[at] = (gradient[at] ?? 0) + (2 * (d - (lambda * sum) / count)) / (count * value);
      }
    }
    const loss = squares / count - lambda * (sum / count) ** 2;
    return loss < 0 ? 0 : loss;
  };
}

/** The mean over known depths of what `of` gives for an error: value and slope. */
function meanOf(of: (error: number) => readonly [number, number]): DepthLoss {
  return (output, depths, gradient) => {
    const count = depths.reduce((known, depth) => known + (Number.isNaN(depth) ? 0 : 1), 0);
    let sum = 0;
    for (const [at, depth] of depths.entries()) {
      if (Number.isNaN(depth)) continue;
      const [value, slope] = of((output[at] ?? NaN) - depth);
      sum += value;
      if (gradient) gradient[at] = (gradient[at] ?? 0) + slope / count;
    }
    return count === 0 ? 0 : sum / count;
  };
}
