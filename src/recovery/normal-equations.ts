import { matMul, tensor2d, transpose } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Sums over rows from which least squares problems X·D ≈ R are solved: XᵀX, XᵀR, and what centring and errors need.
 * Products are float32 on the backend, a batch at a time; batches are added up in float64.
 */
export class NormalEquations {
  readonly columns: number;
  readonly targets: number;
  count = 0;
  /** columns × columns */
  readonly gram: Float64Array;
  /** columns × targets */
  readonly cross: Float64Array;
  readonly sums: Float64Array;
  readonly targetSums: Float64Array;
  /** Σ R² for each target. */
  readonly targetSquares: Float64Array;

  constructor(columns: number, targets: number) {
    this.columns = columns;
    this.targets = targets;
    this.gram = new Float64Array(columns * columns);
    this.cross = new Float64Array(columns * targets);
    this.sums = new Float64Array(columns);
    this.targetSums = new Float64Array(targets);
    this.targetSquares = new Float64Array(targets);
  }

  /**
   * @param x rows × columns
   * @param r rows × targets
   */
  async add(x: Float32Array, r: Float32Array): Promise<void> {
    const rows = r.length / this.targets;
    const matrix = tensor2d(x, [rows, this.columns]);
    const turned = transpose(matrix);
    const residual = tensor2d(r, [rows, this.targets]);
    const products: Tensor[] = [matMul(turned, matrix), matMul(turned, residual)];
    const [gram, cross] = await Promise.all(products.map((product) => product.data<'float32'>()));
    [matrix, turned, residual, ...products].forEach((each) => each.dispose());
    addInto(this.gram, gram ?? new Float32Array());
    addInto(this.cross, cross ?? new Float32Array());
    addColumns(this.sums, x);
    addColumns(this.targetSums, r);
    addColumns(
      this.targetSquares,
      r.map((value) => value * value),
    );
    this.count += rows;
  }

  /** The sums over the rows of both. */
  plus(other: NormalEquations): NormalEquations {
    const total = new NormalEquations(this.columns, this.targets);
    for (const part of [this, other]) {
      addInto(total.gram, part.gram);
      addInto(total.cross, part.cross);
      addInto(total.sums, part.sums);
      addInto(total.targetSums, part.targetSums);
      addInto(total.targetSquares, part.targetSquares);
      total.count += part.count;
    }
    return total;
  }

  /** XᵀX and XᵀR of rows from which the columns' means are taken. */
  centred(): { readonly gram: Float64Array; readonly cross: Float64Array } {
    const { columns, targets, count, sums, targetSums } = this;
    const gram = this.gram.slice();
    const cross = this.cross.slice();
    for (let i = 0; i < columns; i++) {
      const mean = (sums[i] ?? 0) / count;
      for (let j = 0; j < columns; j++) subtract(gram, i * columns + j, mean * (sums[j] ?? 0));
      for (let t = 0; t < targets; t++) subtract(cross, i * targets + t, mean * (targetSums[t] ?? 0));
    }
    return { gram, cross };
  }
}

function addInto(total: Float64Array, part: ArrayLike<number>): void {
  for (let i = 0; i < total.length; i++) total[i] = (total[i] ?? 0) + (part[i] ?? 0);
}

function addColumns(sums: Float64Array, rows: Float32Array): void {
  const { length } = sums;
  for (let i = 0; i < rows.length; i++) sums[i % length] = (sums[i % length] ?? 0) + (rows[i] ?? 0);
}

function subtract(values: Float64Array, index: number, amount: number): void {
  values[index] = (values[index] ?? 0) - amount;
}
