export interface NamedResult {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The largest difference of two results over the scale of the second; infinite when they are not comparable. */
export function difference(found: NamedResult | undefined, wanted: NamedResult): number {
  if (found?.shape.join() !== wanted.shape.join()) return Infinity;
  let [scale, worst] = [1e-6, 0];
  for (let i = 0; i < wanted.data.length; i++) {
    const [a, b] = [found.data[i] ?? NaN, wanted.data[i] ?? NaN];
    if (Object.is(a, b)) continue;
    scale = Math.max(scale, Math.abs(b));
    worst = Math.max(worst, Number.isNaN(a - b) ? Infinity : Math.abs(a - b));
  }
  return worst / scale;
}

/** The result that differs most, and by how much. */
export function worstOf(
  found: readonly NamedResult[],
  wanted: readonly NamedResult[],
): { readonly name: string; readonly error: number } {
  return wanted.reduce(
    (worst, one, index) => {
      const error = difference(found[index], one);
      return error > worst.error ? { name: one.name, error } : worst;
    },
    { name: '', error: 0 },
  );
}
