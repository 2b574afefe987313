import { engine, gather, getBackend } from '@tensorflow/tfjs-core';
import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { around, withLength } from './spread';

/**
 * The elements at `positions` along `axis`, as a new tensor. On WASM they are copied within its heap: the gather
 * kernel there takes longer than the convolution whose output it would select from.
 */
export function select(x: Tensor, axis: number, positions: readonly number[]): Tensor {
  const backend: KernelBackend = engine().backend;
  if (getBackend() === 'wasm' && hasHeap(backend)) return selectOnHeap(backend, x, axis, positions);
  return gather(x, [...positions], axis);
}

/** The part of tfjs' WASM backend that its own kernels use to reach a tensor's memory. */
interface HeapBackend {
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
}

function hasHeap(backend: KernelBackend): backend is KernelBackend & HeapBackend {
  return 'makeOutput' in backend && 'typedArrayFromHeap' in backend;
}

function selectOnHeap(backend: HeapBackend, x: Tensor, axis: number, positions: readonly number[]): Tensor {
  const result = backend.makeOutput(withLength(x.shape, axis, positions.length), 'float32');
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(result);
  const [outer, length, inner] = around(x.shape, axis);
  const offsets = Int32Array.from(positions, (position) => position * inner);
  for (let block = 0, at = 0; block < outer; block++) {
    const start = block * length * inner;
    for (let i = 0; i < offsets.length; i++, at += inner) {
      const from = start + (offsets[i] ?? 0);
      if (inner === 1) target[at] = source[from] ?? 0;
      else target.set(source.subarray(from, from + inner), at);
    }
  }
  return engine().makeTensorFromTensorInfo(result);
}
