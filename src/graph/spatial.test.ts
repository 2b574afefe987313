import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dilatedSize, pooledSize, samePads, transposedSize } from './spatial';

describe('spatial sizes', () => {
  it('rounds down, or up in ceil mode', () => {
    expect(pooledSize(6, 3, 2, 1, 0, false)).toBe(2);
    expect(pooledSize(6, 3, 2, 1, 0, true)).toBe(3);
  });

  it('drops a window that would start in the padding behind the input', () => {
    expect(pooledSize(2, 1, 2, 1, 2, true, 1)).toBe(2);
  });

  it('pads "same" to ⌈input/stride⌉, the odd element behind unless asked before', () => {
    expect(samePads(6, 3, 2, 1)).toEqual([0, 1]);
    expect(samePads(6, 3, 2, 1, true)).toEqual([1, 0]);
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(size, size, size, size, (input, kernel, stride, dilation) => {
        const [before, after] = samePads(input, kernel, stride, dilation);
        expect(pooledSize(input, kernel, stride, dilation, before + after, false)).toBe(
          Math.ceil(input / stride),
        );
      }),
    );
  });

  it('inverts a convolution whose windows fit exactly', () => {
    const size = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(size, size, size, size, (windows, kernel, stride, dilation) => {
        const input = (windows - 1) * stride + dilatedSize(kernel, dilation);
        expect(pooledSize(input, kernel, stride, dilation, 0, false)).toBe(windows);
        expect(transposedSize(windows, kernel, stride, dilation, 0, 0)).toBe(input);
      }),
    );
  });
});
