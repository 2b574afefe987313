import { meanMetric, type SampleMetric } from '../kind';
import type { TaskOptions } from '../options';
import type { DepthTargets } from './index';

/**
 * RMSE in the labels' unit, over all known depths of the set; or the share whose ratio to the truth, whichever way it is
 * above 1, is below 1.25 (Eigen et al., arXiv 1406.2283, §4.2).
 */
export function depthMetric({ metric }: TaskOptions, { positions, depths }: DepthTargets): SampleMetric {
  const add =
    (of: (output: number, depth: number) => number) =>
    (sample: number, [output]: readonly ArrayLike<number>[], sums: Float64Array) => {
      for (let at = 0; at < positions; at++) {
        const depth = depths[sample * positions + at] ?? NaN;
        if (Number.isNaN(depth)) continue;
        sums[0] = (sums[0] ?? 0) + of(output?.[at] ?? NaN, depth);
        sums[1] = (sums[1] ?? 0) + 1;
      }
    };
  if (metric === 'delta1') {
    const within = (output: number, depth: number) =>
      output > 0 && Math.max(output / depth, depth / output) < 1.25 ? 1 : 0;
    return meanMetric('δ<1.25', true, add(within));
  }
  return meanMetric(
    'RMSE',
    false,
    add((output, depth) => (output - depth) ** 2),
    Math.sqrt,
  );
}
