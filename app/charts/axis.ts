/** Round values between `low` and `high`, about `count` of them, in steps of 1, 2, 2.5 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, count = 4): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const distance = (factor: number) => Math.abs(Math.log((factor * power) / rough));
  const step = power * [1, 2, 2.5, 5, 10].reduce((a, b) => (distance(b) < distance(a) ? b : a));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Whole numbers from 0 to `last`, at most about `count` of them. */
export function stepTicks(last: number, count: number): number[] {
  const stride = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].find((size) => last / size <= count) ?? 1000;
  return Array.from({ length: Math.floor(last / stride) + 1 }, (_, index) => index * stride);
}

/**
 * The top of an axis that grows in few, large leaps while values stream in: the smallest of `limit` halved up to
 * `halvings` times that still holds `value` with some air above it. Beyond the limit it doubles.
 */
export function stagedTop(value: number, limit: number, halvings = 4): number {
  let top = limit / 2 ** halvings;
  while (value * 1.15 > top) top *= 2;
  return top;
}

/**
 * Positions for labels that want to stand at `wanted` (pixels), at least `gap` apart and within `low` … `high` where
 * there is room. The order of the labels is kept.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = [...wanted];
  let edge = low;
  for (const index of order) {
    const position = Math.max(wanted[index] ?? 0, edge);
    placed[index] = position;
    edge = position + gap;
  }
  edge = high;
  for (const index of order.reverse()) {
    const position = Math.min(placed[index] ?? 0, edge);
    placed[index] = position;
    edge = position - gap;
  }
  return placed;
}

/** At most `limit` of the items, evenly spread, with the first and the last among them. */
export function downsample<T>(items: readonly T[], limit = 200): readonly T[] {
  if (items.length <= limit) return items;
  const stride = (items.length - 1) / (limit - 1);
  return Array.from({ length: limit }, (_, index) => Math.round(index * stride)).flatMap((at) =>
    items.slice(at, at + 1),
  );
}
