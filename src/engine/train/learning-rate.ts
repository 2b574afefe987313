/** Learning rate at `progress` 0 … 1: rises linearly over `warmUp`, then falls to zero along half a cosine. */
export function cosineRate(peak: number, progress: number, warmUp: number): number {
  if (progress < warmUp) return (peak * progress) / warmUp;
  return (peak * (1 + Math.cos((Math.PI * (progress - warmUp)) / (1 - warmUp)))) / 2;
}
