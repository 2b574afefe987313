import { tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { memoryInUse } from './memory-in-use';
import { startWasm } from './testing/wasm';

beforeAll(startWasm);

it('counts what is held, and lets go of it', () => {
  const before = memoryInUse();
  const held = tensor(new Float32Array(1000));
  const during = memoryInUse();
  expect(during.tensors).toBe(before.tensors + 1);
  expect(during.bytes).toBe(before.bytes + 4000);
  held.dispose();
  expect(memoryInUse()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
});

it('knows the heap of the backend', () => {
  const { heapBytes, deviceBytes } = memoryInUse();
  expect(heapBytes).toBeGreaterThan(1e6);
  expect(deviceBytes).toBeNull();
});
