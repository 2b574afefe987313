import { env, setBackend } from '@tensorflow/tfjs-core';
import { runSample, sampleDifference } from './self-test';
import { replaceWasmKernels } from './wasm-kernels';
import { adapterName, findAdapter, isSoftware, registerWebGpu } from './webgpu';
import type { DeviceProblem } from './webgpu';

export type BackendChoice = 'auto' | 'webgpu' | 'wasm' | 'cpu';
export type BackendName = 'webgpu' | 'wasm' | 'cpu';

export interface BackendStatus {
  readonly name: BackendName;
  /** Why this one: a sentence or two. */
  readonly why: string;
  /** The graphics adapter in use. */
  readonly adapter: string | null;
  /** WebGPU's sample computation against the other backend's. */
  readonly selfTest: 'passed' | 'failed' | 'skipped';
  /** Of the self-test, relative to the largest number in it. */
  readonly maxDifference: number | null;
}

export interface BackendOptions {
  /** Where tfjs' WASM binaries are: a directory (with its last slash) or a path for each binary. */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
  /** Keeps WASM to one thread, where the page could give it more. */
  readonly singleThread?: boolean;
  /** A backend that has not started by then is given up; 20 s by default. */
  readonly timeoutMs?: number;
  /** Told when the graphics device is lost or reports an error; tensors on a lost device are gone. */
  readonly onDeviceProblem?: (problem: DeviceProblem) => void;
}

/**
 * Makes a tfjs backend the current one. `auto` takes WebGPU where there is a real graphics adapter that passes the
 * self-test, else WASM, else plain JavaScript. A named backend that cannot start is replaced by the next, and `why`
 * says so. Tensors made on another backend must be disposed before.
 *
 * @throws Error when no backend starts
 */
export async function startBackend(
  choice: BackendChoice,
  options: BackendOptions = {},
): Promise<BackendStatus> {
  if (choice === 'cpu') return startCpu('Plain JavaScript was chosen.', options);
  if (choice === 'wasm') return startWasm('WebAssembly was chosen.', options);
  const base = await startWasm('', options);
  try {
    return await startWebGpu(choice, base, options);
  } catch (error) {
    return fallBack(base, `WebGPU did not start: ${messageOf(error)}`);
  }
}

/** Largest relative difference that the self-test lets pass. */
const TOLERANCE = 1e-4;

async function startWebGpu(
  choice: 'auto' | 'webgpu',
  base: BackendStatus,
  options: BackendOptions,
): Promise<BackendStatus> {
  const expected = await runSample();
  const adapter = await within(options, findAdapter());
  if (typeof adapter === 'string') return fallBack(base, adapter);
  const name = adapterName(adapter);
  if (choice === 'auto' && isSoftware(adapter))
    return fallBack(base, `WebGPU has only a software adapter here (${name}), which is slower.`);

  await within(options, registerWebGpu(adapter, options.onDeviceProblem ?? (() => undefined)));
  await makeCurrent('webgpu', options);
  const difference = sampleDifference(await within(options, runSample()), expected);
  const tested = { adapter: name, maxDifference: difference };
  if (!(difference <= TOLERANCE)) {
    const status = await fallBack(base, `WebGPU on ${name} computes wrong numbers.`);
    return { ...status, ...tested, selfTest: 'failed' };
  }
  const why = choice === 'auto' ? `A graphics adapter was found: ${name}.` : `WebGPU was chosen: ${name}.`;
  return { name: 'webgpu', why, selfTest: 'passed', ...tested };
}

async function fallBack(base: BackendStatus, reason: string): Promise<BackendStatus> {
  await setBackend(base.name);
  return { ...base, why: `${reason} ${base.why}`.trim() };
}

async function startWasm(why: string, options: BackendOptions): Promise<BackendStatus> {
  try {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (options.wasmPaths !== undefined) setWasmPaths(pathsOf(options.wasmPaths));
    if (options.singleThread) env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    replaceWasmKernels();
    await makeCurrent('wasm', options).catch(async () => {
      // The threaded build can hang where its worker cannot start; the other one needs no worker.
      env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
      await makeCurrent('wasm', options);
    });
    return status('wasm', why);
  } catch (error) {
    return startCpu(`WebAssembly did not start: ${messageOf(error)}`, options);
  }
}

async function startCpu(why: string, options: BackendOptions): Promise<BackendStatus> {
  await import('@tensorflow/tfjs-backend-cpu');
  await makeCurrent('cpu', options);
  return status('cpu', why);
}

function status(name: BackendName, why: string): BackendStatus {
  return { name, why, adapter: null, selfTest: 'skipped', maxDifference: null };
}

async function makeCurrent(name: BackendName, options: BackendOptions): Promise<void> {
  const started = await within(options, setBackend(name));
  if (!started) throw new Error(`tfjs could not start the ${name} backend.`);
}

async function within<T>({ timeoutMs = 20_000 }: BackendOptions, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer after ${timeoutMs / 1000} s.`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}

function pathsOf(paths: string | Readonly<Record<string, string>>): string | Record<string, string> {
  return typeof paths === 'string' ? paths : { ...paths };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
