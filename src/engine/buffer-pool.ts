import { engine, getBackend } from '@tensorflow/tfjs-core';

const LARGEST_POOL_BYTES = 256 * 2 ** 20;

/**
 * Frees the WebGPU buffers that tfjs keeps for reuse once they hold over 256 MB: it keys them by exact size and
 * never frees any, so sliced shapes would make the pool grow without bound. Call it when all results are read.
 */
export function trimBufferPool(limitBytes = LARGEST_POOL_BYTES): void {
  const manager = getBackend() === 'webgpu' ? bufferManager(engine().backend) : null;
  if (!manager || manager.numBytesAllocated - manager.numBytesUsed <= limitBytes) return;
  for (const buffers of manager.freeBuffers.values()) {
    for (const buffer of buffers.splice(0)) {
      manager.numBytesAllocated -= buffer.size;
      manager.numFreeBuffers -= 1;
      buffer.destroy();
    }
  }
}

/** What is used of tfjs 4.22's private buffer manager. */
interface BufferManager {
  readonly freeBuffers: ReadonlyMap<string, GPUBuffer[]>;
  readonly numBytesUsed: number;
  numBytesAllocated: number;
  numFreeBuffers: number;
}

function bufferManager(backend: object): BufferManager | null {
  if (!('bufferManager' in backend)) return null;
  const manager = backend.bufferManager;
  return isBufferManager(manager) ? manager : null;
}

function isBufferManager(manager: unknown): manager is BufferManager {
  return (
    typeof manager === 'object' &&
    manager !== null &&
    'freeBuffers' in manager &&
    manager.freeBuffers instanceof Map &&
    'numBytesAllocated' in manager &&
    'numFreeBuffers' in manager
  );
}
