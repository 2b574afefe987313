import { engine, getBackend } from '@tensorflow/tfjs-core';
import type { DataId, DataType, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** The part of tfjs' WASM backend that its own kernels use to reach a tensor's memory. */
export interface HeapBackend {
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  /** A view of the memory, good until more is allocated. */
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  /** Where a tensor begins, in bytes. */
  getMemoryOffset(dataId: DataId): number;
  /** Emscripten's module, with the exports of the code it loaded. */
  readonly wasm: { readonly asm?: Readonly<Record<string, unknown>> };
}

/** The current backend where tensors lie in a heap of ours to read and write, that is WASM; else null. */
export function heapBackend(): HeapBackend | null {
  const backend: KernelBackend = engine().backend;
  return getBackend() === 'wasm' && hasHeap(backend) ? backend : null;
}

/**
 * A new tensor, written by `fill`, which must not make tensors.
 *
 * @param sources read by `fill`, in order; the first twice where there is one
 */
export function tensorOnHeap(
  heap: HeapBackend,
  shape: readonly number[],
  sources: readonly [Tensor, Tensor?],
  fill: (target: Float32Array, first: Float32Array, second: Float32Array) => void,
): Tensor {
  const result = emptyOnHeap(heap, shape);
  const [first, second = first] = sources;
  fill(heap.typedArrayFromHeap(result), heap.typedArrayFromHeap(first), heap.typedArrayFromHeap(second));
  return result;
}

/** A new tensor of whatever lay there, for other code to write to. */
export function emptyOnHeap(heap: HeapBackend, shape: readonly number[]): Tensor {
  return engine().makeTensorFromTensorInfo(heap.makeOutput([...shape], 'float32'));
}

export function zerosOnHeap(heap: HeapBackend, shape: readonly number[]): Tensor {
  const result = emptyOnHeap(heap, shape);
  heap.typedArrayFromHeap(result).fill(0);
  return result;
}

function hasHeap(backend: KernelBackend): backend is KernelBackend & HeapBackend {
  return ['makeOutput', 'typedArrayFromHeap', 'getMemoryOffset', 'wasm'].every((name) => name in backend);
}
