import { getBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startBackend } from './backends';
import { runSample, sampleDifference } from './self-test';
import { wasmDirectory } from './testing/wasm';

const options = { wasmPaths: wasmDirectory() };

describe('startBackend', () => {
  it('falls back to WASM where there is no WebGPU, and says so', async () => {
    const status = await startBackend('auto', options);
    expect(status).toMatchObject({ name: 'wasm', selfTest: 'skipped', adapter: null });
    expect(status.why).toContain('no WebGPU');
    expect(getBackend()).toBe('wasm');
  });

  it('does the same when WebGPU was asked for', async () => {
    expect(await startBackend('webgpu', options)).toMatchObject({ name: 'wasm' });
  });

  it('starts plain JavaScript, whose sample agrees with WASM’s', async () => {
    await startBackend('wasm', options);
    const wasm = await runSample();
    expect(await startBackend('cpu')).toMatchObject({ name: 'cpu' });
    expect(getBackend()).toBe('cpu');
    expect(sampleDifference(await runSample(), wasm)).toBeLessThan(1e-5);
  });

  it('finds a sample that is off or missing a number', () => {
    const expected = Float32Array.of(1, -4);
    expect(sampleDifference(Float32Array.of(1, -4.4), expected)).toBeCloseTo(0.1);
    expect(sampleDifference(Float32Array.of(1, NaN), expected)).toBe(Infinity);
  });
});
