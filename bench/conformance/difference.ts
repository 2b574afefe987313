import { withoutLeadingOnes } from '../../src/formats/onnx/testing/agreement';

export interface NamedResult {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface Worst {
  readonly name: string;
  readonly error: number;
  /** Results that tell nothing: the same number everywhere, or a single 0. */
  readonly flat: number;
}

/** The largest difference of two results over the scale of the second; infinite when they are not comparable. */
function difference(found: NamedResult | undefined, wanted: NamedResult, smallestScale: number): number {
  if (!found || withoutLeadingOnes(found) !== withoutLeadingOnes(wanted)) return Infinity;
  let [scale, worst] = [smallestScale, 0];
  for (let i = 0; i < wanted.data.length; i++) {
    const [a, b] = [found.data[i] ?? NaN, wanted.data[i] ?? NaN];
    if (Object.is(a, b)) continue;
    scale = Math.max(scale, Math.abs(b));
    worst = Math.max(worst, Number.isNaN(a - b) ? Infinity : Math.abs(a - b));
  }
  return worst / scale;
}

/**
 * The result that differs most, and by how much.
 * @param smallestScale of results whose numbers are all smaller than this
 */
export function worstOf(
  found: readonly NamedResult[],
  wanted: readonly NamedResult[],
  smallestScale = 1e-6,
): Worst {
  const errors = wanted.map((one, index) => difference(found[index], one, smallestScale));
  const error = Math.max(0, ...errors);
  return {
    error,
    name: wanted[errors.indexOf(error)]?.name ?? '',
    flat: wanted.filter(isFlat).length,
  };
}

function isFlat({ data }: NamedResult): boolean {
  const [first = NaN] = Array.from(data);
  const same = Array.from(data).every((value) => Object.is(value, first));
  return same && (data.length !== 1 || first === 0 || Number.isNaN(first));
}
