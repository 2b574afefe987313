import { env, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { castForReal } from './webgpu-cast';

export interface DeviceProblem {
  readonly kind: 'lost' | 'error';
  readonly message: string;
}

/** What the browser offers for WebGPU, or a sentence why there is nothing to use. */
export async function findAdapter(): Promise<GPUAdapter | string> {
  const gpu = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).gpu;
  if (!gpu) return 'This browser has no WebGPU.';
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  return adapter ?? 'WebGPU found no graphics adapter.';
}

/** A software renderer: far slower than WASM. */
export function isSoftware(adapter: GPUAdapter): boolean {
  const { isFallbackAdapter, description, architecture, device } = adapter.info;
  return isFallbackAdapter || /swiftshader|llvmpipe/i.test(`${description} ${architecture} ${device}`);
}

export function adapterName({ info }: GPUAdapter): string {
  const parts = [info.description || info.device, info.vendor, info.architecture];
  return parts.filter((part) => part !== '').join(', ') || 'unnamed adapter';
}

/** Makes a device of our own and registers it as tfjs' `webgpu` backend, in place of any earlier one. */
export async function registerWebGpu(
  adapter: GPUAdapter,
  onProblem: (problem: DeviceProblem) => void,
): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const device = await adapter.requestDevice({ requiredLimits: computeLimits(adapter.limits) });
  device.addEventListener('uncapturederror', (event) =>
    onProblem({ kind: 'error', message: event.error.message }),
  );
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') onProblem({ kind: 'lost', message });
  });
  // Program 3 adds up long inner products in one fixed order; the default picks one whose sums vary.
  env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3);
  env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 64);
  castForReal();
  removeBackend('webgpu');
  registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
}

function computeLimits(limits: GPUSupportedLimits): Record<string, number> {
  return {
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxBufferSize: limits.maxBufferSize,
  };
}
