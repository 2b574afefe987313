import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from './testing/wasm';

beforeAll(startWasm);

const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
const types = fc.constantFrom('float32' as const, 'int32' as const);

/** A tensor of numbers that tell their place. */
function counted(shape: readonly number[], dtype: 'float32' | 'int32', from = 0): tf.Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, index) => from + index),
    [...shape],
    dtype,
  );
}

describe('kernels that move data', () => {
  it('transpose any axes', () => {
    const permuted = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
        types,
      ),
    );
    fc.assert(
      fc.property(permuted, ([shape, perm, dtype]) => {
        tf.tidy(() => {
          const x = counted(shape, dtype);
          const turned = tf.transpose(x, perm);
          expect([turned.shape, turned.dtype]).toEqual([perm.map((axis) => shape[axis]), dtype]);
          const source = x.bufferSync();
          const found = turned.bufferSync();
          for (let index = 0; index < x.size; index++) {
            const place = found.indexToLoc(index);
            const from = shape.map((_, axis) => place[perm.indexOf(axis)] ?? 0);
            expect(found.get(...place)).toBe(source.get(...from));
          }
        });
      }),
    );
  });

  it('join tensors along any axis', () => {
    const joined = fc.tuple(
      shapes,
      fc.nat(4),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1 }),
      types,
    );
    fc.assert(
      fc.property(joined, ([shape, any, lengths, dtype]) => {
        const axis = any % shape.length;
        tf.tidy(() => {
          const parts = lengths.map((length, part) =>
            counted(
              shape.map((dim, index) => (index === axis ? length : dim)),
              dtype,
              1000 * part,
            ),
          );
          const whole = tf.concat(parts, axis);
          expect(whole.dtype).toBe(dtype);
          const back = tf.split(whole, lengths, axis).map((part) => [...part.dataSync()]);
          expect(back).toEqual(parts.map((part) => [...part.dataSync()]));
        });
      }),
    );
  });

  it('leave truths to tfjs', () => {
    const truths = tf.tensor([true, false, true, true], [2, 2], 'bool');
    const results = [tf.transpose(truths), tf.concat([truths, truths], 1)];
    expect(results.map((each) => [...each.dataSync()])).toEqual([
      [1, 1, 0, 1],
      [1, 0, 1, 0, 1, 1, 1, 1],
    ]);
    tf.dispose([truths, ...results]);
  });

  it('copy nothing for a clone, which outlives what it is of', () => {
    const x = counted([1000], 'float32');
    const { numDataBuffers } = tf.memory();
    const copy = x.clone();
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers);
    x.dispose();
    expect(copy.dataSync()[999]).toBe(999);
    copy.dispose();
  });
});
