/** A list of finite numbers as JSON gives it; null for anything else. */
export function numbers(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  const list = value.map((entry: unknown) => (typeof entry === 'number' ? entry : NaN));
  return list.every(Number.isFinite) ? list : null;
}
