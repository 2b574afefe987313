/**
 * CenterNet's penalty-reduced focal loss of one heat-map cell (Zhou et al., "Objects as Points", arXiv 1904.07850,
 * eq. 1, with exponents 2 and 4, not divided by the number of objects).
 */
export function centernetFocal(logit: number, target: number): number {
  const p = Math.min(Math.max(1 / (1 + Math.exp(-logit)), 1e-6), 1 - 1e-6);
  return target >= 1 ? -((1 - p) ** 2) * Math.log(p) : -((1 - target) ** 4) * p ** 2 * Math.log(1 - p);
}
