/**
 * Solves A·X = B for a symmetric positive definite A by Cholesky's decomposition A = L·Lᵀ, row by row.
 *
 * @param a size × size, row-major; not changed
 * @param b size × targets, row-major; not changed
 * @returns X, or null where A is not positive definite to the precision of float64
 */
export function choleskySolve(
  a: Float64Array,
  b: Float64Array,
  size: number,
  targets: number,
): Float64Array | null {
  const lower = decompose(a, size);
  if (!lower) return null;
  const x = b.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) subtractRow(x, i, k, lower[i * size + k] ?? 0, targets);
    divideRow(x, i, lower[i * size + i] ?? 1, targets);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) subtractRow(x, i, k, lower[k * size + i] ?? 0, targets);
    divideRow(x, i, lower[i * size + i] ?? 1, targets);
  }
  return x;
}

function decompose(a: Float64Array, size: number): Float64Array | null {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = (a[i * size + j] ?? 0) - dotRows(lower, i * size, j * size, j);
      if (j < i) lower[i * size + j] = rest / (lower[j * size + j] ?? 1);
      else if (rest > 0) lower[i * size + i] = Math.sqrt(rest);
      else return null;
    }
  }
  return lower;
}

/** Four sums side by side: one alone waits for each addition. */
function dotRows(values: Float64Array, first: number, second: number, length: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    a += (values[first + k] ?? 0) * (values[second + k] ?? 0);
    b += (values[first + k + 1] ?? 0) * (values[second + k + 1] ?? 0);
    c += (values[first + k + 2] ?? 0) * (values[second + k + 2] ?? 0);
    d += (values[first + k + 3] ?? 0) * (values[second + k + 3] ?? 0);
  }
  for (; k < length; k++) a += (values[first + k] ?? 0) * (values[second + k] ?? 0);
  return a + b + (c + d);
}

function subtractRow(x: Float64Array, row: number, other: number, factor: number, width: number): void {
  if (factor === 0) return;
  for (let t = 0; t < width; t++)
    x[row * width + t] = (x[row * width + t] ?? 0) - factor * (x[other * width + t] ?? 0);
}

function divideRow(x: Float64Array, row: number, divisor: number, width: number): void {
  for (let t = 0; t < width; t++) x[row * width + t] = (x[row * width + t] ?? 0) / divisor;
}
