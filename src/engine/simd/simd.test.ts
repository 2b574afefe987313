import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyOnHeap } from '../ops/heap';
import { startWasm } from '../testing/wasm';
import { assemble, defineFunction, f32x4, i32, repeat, advance } from './assembler';
import { relu6Gradient } from './masks';
import { scaledRows } from './rows';
import { simdBackend, type Simd } from './simd';

let simd: Simd;

beforeAll(async () => {
  await startWasm();
  const found = simdBackend();
  if (!found) throw new Error('This engine has no vectors.');
  simd = found;
});

describe('assembler', () => {
  it('makes functions that work on memory it is given', () => {
    const double = defineFunction('double', ['from', 'to', 'bytes'], (p, variable) => {
      const end = variable('i32');
      return [
        end.set(i32.add(p.from.get, p.bytes.get)),
        repeat(p.from, end.get, [
          f32x4.store(p.to.get, f32x4.multiply(f32x4.load(p.from.get), f32x4.const(2))),
          [p.from, p.to].map((moved) => advance(moved, i32.const(16))),
        ]),
      ];
    });
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(assemble([double], false));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const numbers = new Float32Array(memory.buffer);
    numbers.set([1, 2, 3, 4, 5, 6, 7, 8]);
    (exports['double'] as (from: number, to: number, bytes: number) => void)(0, 64, 32);

    expect(Array.from(numbers.subarray(16, 26))).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 0, 0]);
  });

  it('writes integers of any size', () => {
    const values = [0, 63, 64, 127, 128, -1, -64, -65, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)];
    const write = defineFunction('write', ['at'], (p) =>
      values.map((value, index) => [[p.at.get, i32.const(value), 0x36, 2], [(4 * index) % 128]]),
    );
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(assemble([write], false));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    (exports['write'] as (at: number) => void)(0);

    expect(Array.from(new Int32Array(memory.buffer, 0, values.length))).toEqual(values);
  });
});

describe('vector code writes what it is to write, and nothing beside', () => {
  it('in rows of any width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 4, max: 21 }), (rows, channels) => {
        const x = Float32Array.from({ length: rows * channels }, (_, index) => index % 13);
        const vectors = [1, 2, 3].map((seed) =>
          Float32Array.from({ length: channels }, (_, channel) => ((channel * seed) % 5) - 2),
        );
        const y = withNeighbours([x, ...vectors], rows * channels, (target, [from, shift, scale, offset]) =>
          simd.run(scaledRows, {
            target,
            x: from ?? 0,
            shift: shift ?? 0,
            scale: scale ?? 0,
            offset: offset ?? 0,
            bytes: 4 * x.length,
            rowBytes: 4 * channels,
            lastVector: 4 * (channels - 4),
          }),
        );
        const [shift = [], scale = [], offset = []] = vectors;
        const wanted = x.map((value, index) => {
          const channel = index % channels;
          return (value - (shift[channel] ?? 0)) * (scale[channel] ?? 0) + (offset[channel] ?? 0);
        });
        expect(y).toEqual(wanted);
      }),
    );
  });

  it('in masks of any size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 40 }), (outputs) => {
        const y = Float32Array.from(outputs);
        const dy = y.map((_, index) => index + 1);
        const dx = withNeighbours([dy, y], y.length, (target, [from, mask]) =>
          simd.run(relu6Gradient, { target, dy: from ?? 0, y: mask ?? 0, last: 4 * (y.length - 4) }),
        );
        expect(dx).toEqual(
          dy.map((slope, index) => ((y[index] ?? 0) > 0 && (y[index] ?? 0) < 6 ? slope : 0)),
        );
      }),
    );
  });
});

/** Runs vector code on the sources' addresses; what lies beside the target's `size` numbers must stay as it was. */
function withNeighbours(
  sources: readonly Float32Array[],
  size: number,
  run: (target: number, sources: readonly number[]) => void,
): Float32Array {
  const margin = 8;
  return tf.tidy(() => {
    const tensors = sources.map((source) => tf.tensor1d(source));
    const whole = emptyOnHeap(simd.heap, [size + 2 * margin]);
    simd.heap.typedArrayFromHeap(whole).fill(-7);
    run(
      simd.addressOf(whole) + 4 * margin,
      tensors.map((tensor) => simd.addressOf(tensor)),
    );
    const after = whole.dataSync<'float32'>();
    const beside = [...after.subarray(0, margin), ...after.subarray(margin + size)];
    expect(beside).toEqual(new Array(2 * margin).fill(-7));
    return after.slice(margin, margin + size);
  });
}
