import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapBackend, type HeapBackend } from '../ops/heap';
import { assemble, type WasmFunction } from './assembler';
import { relu6Gradient, reluGradient } from './masks';
import { selectedFromRows, spreadRows, turnedMatrices } from './movement';
import { channelProducts, depthwiseProducts } from './products';
import { mixedRows, rowProducts, rowSums, scaledRows } from './rows';

const functions = [
  ...[channelProducts, depthwiseProducts],
  ...[rowSums, rowProducts, scaledRows, mixedRows],
  ...[reluGradient, relu6Gradient],
  ...[selectedFromRows, spreadRows, turnedMatrices],
];

/** Vector code of our own on the memory of tfjs' WASM backend. */
export interface Simd {
  readonly heap: HeapBackend;
  /** Where a tensor lies, in bytes. Behind every tensor a few vectors' bytes may be read: the allocator's own. */
  addressOf(tensor: TensorInfo): number;
  /** Runs a function; what it is given must not have been allocated away. */
  run<Parameter extends string>(
    code: WasmFunction<Parameter>,
    parameters: Readonly<Record<Parameter, number>>,
  ): void;
}

/** `count` rounded up to whole tiles. */
export const wholeTiles = (count: number, tile: number): number => Math.ceil(count / tile) * tile;

interface Instance {
  readonly exports: Readonly<Record<string, (...parameters: number[]) => void>>;
}

const instances = new WeakMap<WebAssembly.Memory, Instance | null>();

/** What runs vector code on the current backend; null where that is not WASM, or this engine has no vectors. */
export function simdBackend(): Simd | null {
  const heap = heapBackend();
  const memory = heap && memoryOf(heap);
  if (!heap || !memory) return null;
  const known = instances.get(memory);
  const instance = known === undefined ? instantiate(memory) : known;
  instances.set(memory, instance);
  if (!instance) return null;
  return {
    heap,
    addressOf: ({ dataId }) => heap.getMemoryOffset(dataId),
    run: ({ name, parameters }, values) => {
      const code = instance.exports[name];
      if (!code) throw new Error(`The vector code ${name} is not among the functions.`);
      code(...parameters.map((parameter) => values[parameter]));
    },
  };
}

function instantiate(memory: WebAssembly.Memory): Instance | null {
  const shared = !(memory.buffer instanceof ArrayBuffer);
  const code = assemble(functions, shared);
  if (!WebAssembly.validate(code)) return null;
  // What `functions` define takes integers and returns nothing.
  return new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } }) as Instance;
}

/** tfjs' module keeps its exports in a property of Emscripten's. */
function memoryOf({ wasm }: HeapBackend): WebAssembly.Memory | null {
  const memory = wasm.asm?.['memory'];
  return memory instanceof WebAssembly.Memory ? memory : null;
}
