/** Bounds of a slice (negative ones count from the end, all are clamped) as start, count and step. */
export function clampedRange(
  start: number,
  end: number,
  step: number,
  size: number,
): { start: number; count: number; step: number } {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (bound: number) => Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
  const first = step > 0 ? clamp(start) : Math.max(clamp(start), 0);
  return { start: first, count: Math.max(0, Math.ceil((clamp(end) - first) / step)), step };
}
