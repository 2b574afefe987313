import '@tensorflow/tfjs';
import { env } from '@tensorflow/tfjs-core';
import { startWasm } from '../../src/engine/testing/wasm';
import { registerGradients } from '../../src/engine/train/gradients';

/** Starts single-threaded WASM with everything training needs; `@tensorflow/tfjs` brings the gradients. */
export async function startTraining(): Promise<void> {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await startWasm();
  registerGradients();
}
