import type { SampleMetric } from '../kind';
import type { BinaryMaps } from './balanced';

const levels = 256;

/** The level of a probability among so many: it counts as yes at the thresholds t/(count − 1) ≤ p. */
export const levelOf = (p: number, count: number): number =>
  Math.min(Math.max(Math.floor(p * (count - 1)), 0), count - 1);

/**
 * The largest F_β of saliency maps over 256 thresholds, with β² = .3 and precision and recall averaged over images
 * (Achanta et al., "Frequency-tuned salient region detection", CVPR 2009, eqs. 9 and 10). Images without any salient
 * position do not count.
 */
export function maxF({ width, height, labels, probability }: BinaryMaps): SampleMetric {
  const positions = width * height;
  return {
    name: 'maxF',
    higherIsBetter: true,
    merge: 'add',
    size: 2 * levels + 1,
    add: (sample, [output], sums) => {
      const yes = new Float64Array(levels);
      const right = new Float64Array(levels);
      let positives = 0;
      for (let at = 0; at < positions; at++) {
        const label = labels[sample * positions + at] ?? -1;
        if (label < 0) continue;
        const level = levelOf(probability(output?.[at] ?? NaN), levels);
        yes[level] = (yes[level] ?? 0) + 1;
        right[level] = (right[level] ?? 0) + label;
        positives += label;
      }
      if (positives === 0) return;
      let [said, hits] = [0, 0];
      for (let level = levels - 1; level >= 0; level--) {
        said += yes[level] ?? 0;
        hits += right[level] ?? 0;
        sums[level] = (sums[level] ?? 0) + (said === 0 ? 0 : hits / said);
        sums[levels + level] = (sums[levels + level] ?? 0) + hits / positives;
      }
      sums[2 * levels] = (sums[2 * levels] ?? 0) + 1;
    },
    value: (sums) => {
      const images = sums[2 * levels] ?? 0;
      const at = (level: number) =>
        fMeasure((sums[level] ?? 0) / images, (sums[levels + level] ?? 0) / images, 0.3);
      return Math.max(...Array.from({ length: levels }, (_, level) => at(level)));
    },
  };
}

/** (1 + β²)·P·R/(β²·P + R); 0 where both are 0. */
export function fMeasure(precision: number, recall: number, betaSquared: number): number {
  const both = betaSquared * precision + recall;
  return both === 0 ? 0 : ((1 + betaSquared) * precision * recall) / both;
}
