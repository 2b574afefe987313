/**
 * Variance of the output's elements across samples, averaged over elements; the mean square where the output does
 * not vary, and 1 where it is zero throughout.
 */
export function spread(values: Float32Array, size: number, samples: number): number {
  let variance = 0;
  let meanSquare = 0;
  for (let element = 0; element < size; element++) {
    let sum = 0;
    let squares = 0;
    for (let at = element; at < samples * size; at += size) sum += values[at] ?? NaN;
    const mean = sum / samples;
    for (let at = element; at < samples * size; at += size) {
      const value = values[at] ?? NaN;
      variance += (value - mean) ** 2;
      squares += value ** 2;
    }
    meanSquare += squares;
  }
  return variance > meanSquare * 1e-9 ? variance / (samples * size) : meanSquare / (samples * size) || 1;
}
