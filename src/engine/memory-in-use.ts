import { engine, memory } from '@tensorflow/tfjs-core';

/** What this worker's backend holds at the moment; shards in other workers hold their own. */
export interface MemoryInUse {
  readonly tensors: number;
  /** Of those tensors. */
  readonly bytes: number;
  /** Buffers on the graphics device, those kept for reuse included; null elsewhere. */
  readonly deviceBytes: number | null;
  /** The WASM heap, which never shrinks; null elsewhere. */
  readonly heapBytes: number | null;
}

export function memoryInUse(): MemoryInUse {
  const found = memory();
  const device = 'numBytesAllocatedInGPU' in found ? Number(found.numBytesAllocatedInGPU) : null;
  return { tensors: found.numTensors, bytes: found.numBytes, deviceBytes: device, heapBytes: heapBytes() };
}

function heapBytes(): number | null {
  const { backend } = engine();
  const { wasm } = 'wasm' in backend ? backend : { wasm: null };
  const heap = typeof wasm === 'object' && wasm !== null && 'HEAPU8' in wasm ? wasm.HEAPU8 : null;
  return heap instanceof Uint8Array ? heap.buffer.byteLength : null;
}
