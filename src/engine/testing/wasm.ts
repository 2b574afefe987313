import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { replaceWasmKernels } from '../wasm-kernels';

/** The directory of tfjs' WASM binaries in node_modules, as `setWasmPaths` wants it. */
export function wasmDirectory(): string {
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return dirname(main) + sep;
}

/** Starts the WASM backend in Node, once; call it in `beforeAll`. */
export async function startWasm(): Promise<void> {
  if (getBackendOrNone() === 'wasm') return;
  setWasmPaths(wasmDirectory());
  replaceWasmKernels();
  if (!(await setBackend('wasm'))) throw new Error('The WASM backend did not start.');
}

function getBackendOrNone(): string | null {
  try {
    return getBackend();
  } catch {
    return null;
  }
}
