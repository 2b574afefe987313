import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fastExp } from './fast-exp';

it('is the exponential', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 720, noNaN: true }), (x) => {
      const exact = Math.exp(x);
      expect(fastExp(x) === exact || Math.abs(fastExp(x) / exact - 1) < 1e-11).toBe(true);
    }),
  );
  expect([0, -0, -1e5, -Infinity, Infinity, NaN].map(fastExp)).toEqual([1, 1, 0, 0, Infinity, NaN]);
});
