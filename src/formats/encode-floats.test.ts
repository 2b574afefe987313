import fc from 'fast-check';
import { expect, it } from 'vitest';
import { halfToNumber } from '../calibration/typed-array';
import { encodeFloats } from './encode-floats';

it('halves: every number that a half can hold is stored exactly', () => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    const [low = 0, high = 0] = encodeFloats(Float32Array.of(halfToNumber(bits)), 'f16');
    expect(high * 256 + low).toBe(bits);
  }
});

it('halves: no half is nearer than the one that is stored', () => {
  fc.assert(
    fc.property(fc.float({ min: -65519, max: 65519, noNaN: true }), (value) => {
      const [low = 0, high = 0] = encodeFloats(Float32Array.of(value), 'f16');
      const stored = halfToNumber(high * 256 + low);
      const ulp = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10));
      expect(Math.abs(stored - value)).toBeLessThanOrEqual(ulp / 2);
    }),
  );
});

it('brain floats round the lower half of a float away', () => {
  const [low, high] = encodeFloats(Float32Array.of(1 + 2 ** -8 + 2 ** -20), 'bf16');
  expect([low, high]).toEqual([0x81, 0x3f]);
  expect([...encodeFloats(Float32Array.of(-2), 'bf16', false)]).toEqual([0xc0, 0]);
});
