import { describe, expect, it } from 'vitest';
import { floats, kindIn, lossOf, measured, type Detector } from '../testing/arrays';

/** Two positions have no depth: 0 and NaN. */
const arrays = [floats('labels', [1, 2, 3], [1, 2, 4, 0, NaN, 8])];
const values = [1.5, 1, 4.5, 9, 9, 4];
const outputs: Detector['outputs'] = [{ sample: [1, 2, 3], values }];
const of = (spec: Detector['spec']) => kindIn({ spec, arrays, outputs });

describe('losses over known depths', () => {
  it('the absolute error', () => {
    expect(lossOf(of({ loss: 'depth-l1' }), values)).toBeCloseTo((0.5 + 1 + 0.5 + 4) / 4, 6);
  });

  it('the reverse Huber error: linear up to a fifth of the largest, squared beyond', () => {
    const c = 0.2 * 4;
    const squared = (error: number) => (error ** 2 + c ** 2) / (2 * c);
    expect(lossOf(of({ loss: 'berhu' }), values)).toBeCloseTo((0.5 + squared(1) + 0.5 + squared(4)) / 4, 6);
  });

  it('has the slopes 1 and error/c there', () => {
    const slopes = new Float64Array(6);
    of({ loss: 'berhu' }).loss(0, [Float64Array.from(values)], [slopes]);
    expect([...slopes]).toEqual([0.25, -1 / 0.8 / 4, 0.25, 0, 0, -4 / 0.8 / 4]);
  });

  it('the scale-invariant error of logarithms', () => {
    const d = [Math.log(1.5), Math.log(0.5), Math.log(4.5 / 4), Math.log(0.5)];
    const sum = d.reduce((total, one) => total + one, 0);
    const squares = d.reduce((total, one) => total + one ** 2, 0);
    expect(lossOf(of({ loss: 'silog' }), values)).toBeCloseTo(squares / 4 - (0.5 * sum ** 2) / 16, 6);
    const doubled = [2, 4, 8, 1, 1, 16];
    expect(lossOf(of({ loss: 'silog', scaleInvariance: 1 }), doubled)).toBeCloseTo(0, 12);
  });
});

describe('metrics over known depths', () => {
  it('RMSE', () => {
    expect(measured(of({ loss: 'depth-l1' }), outputs, 1)).toBeCloseTo(
      Math.sqrt((0.25 + 1 + 0.25 + 16) / 4),
      6,
    );
  });

  it('δ<1.25, whichever way the ratio is above 1', () => {
    expect(measured(of({ loss: 'depth-l1', metric: 'delta1' }), outputs, 1)).toBe(1 / 4);
  });
});

it('draws both maps in the range of the known depths', () => {
  expect(of({ loss: 'silog' }).draw(0, [Float64Array.from(values)])).toMatchObject({
    kind: 'scalar-map',
    width: 3,
    height: 2,
    min: 1,
    max: 8,
  });
});

it('refuses labels of another shape', () => {
  const other = [floats('labels', [1, 2, 2], [1, 2, 3, 4])];
  expect(() => kindIn({ spec: { loss: 'silog' }, arrays: other, outputs })).toThrow(
    'a sample of them is 2×2, but one of the output "y0" is 1×2×3.',
  );
});
