/** Probabilities are held this far from 0 and 1, so that a wrong certainty costs about 16 rather than infinity. */
export const smallestProbability = 1e-7;

/** −t·ln σ(z) − (1−t)·ln(1−σ(z)) for the logit z, in the form that does not overflow. */
export function logitBinaryCrossEntropy(logit: number, target: number): number {
  return Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
}

/** −t·ln p − (1−t)·ln(1−p) for the probability p. */
export function probabilityBinaryCrossEntropy(probability: number, target: number): number {
  const p = Math.min(Math.max(probability, smallestProbability), 1 - smallestProbability);
  return -target * Math.log(p) - (1 - target) * Math.log(1 - p);
}
