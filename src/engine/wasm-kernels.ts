import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { around, withLength } from './ops/spread';
import { spreadRows, turnedMatrices } from './simd/movement';
import { simdBackend, type Simd } from './simd/simd';

/**
 * Kernels of tfjs' WASM backend that only move data take longer there than the convolutions around them. To be called
 * when that backend is registered; it may be called again.
 */
export function replaceWasmKernels(): void {
  replace(tf.Identity, share);
  replace(tf.Concat, concat);
  replace(tf.Transpose, transpose);
}

/** A kernel's output, or null where tfjs' own is to make it. */
type Movement = (inputs: NamedTensorInfoMap, attrs: NamedAttrMap) => TensorInfo | null;

const isReplaced = new WeakSet<tf.KernelFunc>();

function replace(kernelName: string, moved: Movement): void {
  const own = tf.getKernel(kernelName, 'wasm');
  if (isReplaced.has(own.kernelFunc)) return;
  const kernelFunc: tf.KernelFunc = (call) => moved(call.inputs, call.attrs ?? {}) ?? own.kernelFunc(call);
  isReplaced.add(kernelFunc);
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...own, kernelFunc });
}

/** Tensors never change, so copies share their data, as they do on the other backends. */
function share({ x }: NamedTensorInfoMap): TensorInfo | null {
  if (!x) return null;
  tf.engine().backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

function concat(inputs: NamedTensorInfoMap, attrs: NamedAttrMap): TensorInfo | null {
  const parts = Object.values(inputs).flatMap((part) => part ?? []);
  const simd = simdFor(parts);
  const [first] = parts;
  if (!simd || !first || parts.length === 1) return null;
  const [axis = 0] = tf.util.parseAxisParam(Number(attrs['axis']), first.shape);
  const rowBytes = parts.map((part) => {
    const [, length, inner] = around(part.shape, axis);
    return 4 * length * inner;
  });
  const stride = rowBytes.reduce((sum, bytes) => sum + bytes, 0);
  const length = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 1), 0);
  const result = simd.heap.makeOutput(withLength(first.shape, axis, length), first.dtype);
  let target = simd.addressOf(result);
  parts.forEach((part, index) => {
    const bytes = rowBytes[index] ?? 0;
    simd.run(spreadRows, { target, x: simd.addressOf(part), bytes: sizeOf(part), rowBytes: bytes, stride });
    target += bytes;
  });
  return result;
}

function transpose({ x }: NamedTensorInfoMap, attrs: NamedAttrMap): TensorInfo | null {
  const simd = x ? simdFor([x]) : null;
  const perm = attrs['perm'];
  const turn = x && Array.isArray(perm) ? turnOf(x.shape, perm.map(Number)) : null;
  if (!x || !simd || !turn) return null;
  const result = simd.heap.makeOutput([...turn.shape], x.dtype);
  simd.run(turnedMatrices, {
    target: simd.addressOf(result),
    x: simd.addressOf(x),
    bytes: sizeOf(x),
    matrixBytes: 4 * turn.rows * turn.columns,
    rowBytes: 4 * turn.columns,
  });
  return result;
}

/** What turns matrices alone: the first axes stay, and the others change places as two blocks (NHWC to NCHW and back). */
function turnOf(shape: readonly number[], perm: readonly number[]) {
  const first = perm.findIndex((axis, index) => axis !== index);
  if (first < 0) return null;
  const moved = perm.length - first;
  const shift = (perm[first] ?? first) - first;
  const isTurn = perm.every(
    (axis, index) => index < first || axis === first + ((index - first + shift) % moved),
  );
  const product = (part: readonly number[]) => part.reduce((size, dim) => size * dim, 1);
  return isTurn
    ? {
        shape: perm.map((axis) => shape[axis] ?? 1),
        rows: product(shape.slice(first, first + shift)),
        columns: product(shape.slice(first + shift)),
      }
    : null;
}

/** Null where there are tensors of other than four-byte numbers, or of none. */
function simdFor(tensors: readonly TensorInfo[]): Simd | null {
  const isMoved = ({ dtype, shape }: TensorInfo) =>
    (dtype === 'float32' || dtype === 'int32') && tf.util.sizeFromShape([...shape]) > 0;
  return tensors.every(isMoved) ? simdBackend() : null;
}

/** In bytes. */
const sizeOf = ({ shape }: TensorInfo): number => 4 * tf.util.sizeFromShape(shape);
