import { matMul, reshape } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expand } from './shape';

/** x [...,I] times kernel [I,O] → [...,O], as one untransposed product: the fast and safe case on WASM. */
export function dense(x: Tensor, kernel: Tensor): Tensor {
  const inputs = x.shape[x.rank - 1] ?? 1;
  const outputs = kernel.shape[1] ?? 1;
  const product = matMul(reshape(x, [x.size / inputs, inputs]), kernel);
  return reshape(product, [...x.shape.slice(0, -1), outputs]);
}

/** a [...,M,K] times b [...,K,N] with numpy broadcasting of the leading axes. */
export function matmul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return matMul(withBatch(a, batch), withBatch(b, batch), transposeA, transposeB);
}

/** Not `broadcastTo`: of five axes or more, WebGPU's tiling waits for the numbers and tiles them in JavaScript. */
function withBatch(x: Tensor, batch: readonly number[]): Tensor {
  const shape = [...batch, ...x.shape.slice(-2)];
  const same = x.rank === shape.length && x.shape.every((dim, axis) => dim === shape[axis]);
  return same ? x : expand(x, shape);
}

function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
  );
}
