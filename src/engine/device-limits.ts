import { engine, getBackend } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * WebGPU computes wrong numbers, silently, from tensors larger than a shader may bind.
 * @throws Error that says so
 */
export function assertBindable(tensor: Tensor, what: string): void {
  if (getBackend() !== 'webgpu') return;
  const limit = bindingLimit(engine().backend);
  const bytes = tensor.size * Float32Array.BYTES_PER_ELEMENT;
  if (bytes <= limit) return;
  const [size, most] = [bytes, limit].map((amount) => Math.round(amount / 2 ** 20));
  throw new Error(
    `${what} takes ${size ?? 0} MB, but this graphics adapter reads at most ${most ?? 0} MB at once. ` +
      'Choose WebAssembly instead.',
  );
}

function bindingLimit(backend: object): number {
  const device = 'device' in backend ? backend.device : null;
  return device instanceof GPUDevice ? device.limits.maxStorageBufferBindingSize : Infinity;
}
