import { describe, expect, it } from 'vitest';
import { bytes, kindIn, lossOf, measured, type Detector } from '../testing/arrays';

const one = (sample: readonly number[], values: readonly number[]): Detector['outputs'] => [
  { sample, values },
];

describe('overlaps of two classes at three positions', () => {
  const arrays = [bytes('labels', [1, 1, 3], [0, 1, 1])];
  /** Probabilities of class 1: .2, .7, .4; of class 0 the rest. */
  const values = [0.8, 0.3, 0.6, 0.2, 0.7, 0.4];
  const of = (loss: 'dice' | 'lovasz') =>
    lossOf(kindIn({ spec: { loss }, arrays, outputs: one([2, 1, 3], values) }), values);

  it("Dice is V-Net's, averaged over the classes", () => {
    const zero = 1 - (2 * 0.8) / (0.8 ** 2 + 0.3 ** 2 + 0.6 ** 2 + 1);
    const first = 1 - (2 * (0.7 + 0.4)) / (0.2 ** 2 + 0.7 ** 2 + 0.4 ** 2 + 2);
    expect(of('dice')).toBeCloseTo((zero + first) / 2, 6);
  });

  it('Lovász weighs errors, in falling order, by what each adds to the Jaccard loss', () => {
    // Class 1: errors .6 (of an object), .3 (of an object), .2 (not); Jaccard losses 1/2, 1, 1.
    const first = 0.6 * 0.5 + 0.3 * 0.5 + 0.2 * 0;
    // Class 0: errors .6 (not), .3 (not), .2 (of an object); Jaccard losses 1/2, 2/3, 1.
    const zero = 0.6 * 0.5 + 0.3 * (2 / 3 - 1 / 2) + 0.2 * (1 / 3);
    expect(of('lovasz')).toBeCloseTo((zero + first) / 2, 6);
  });
});

describe('balanced binary cross-entropy', () => {
  const arrays = [bytes('labels', [1, 2, 2], [1, 0, 0, 255])];
  const values = [0.5, -1, 2, 7];
  const softplus = (z: number) => Math.log(1 + Math.exp(z));

  it('gives positives the share of negatives, and negatives that of positives', () => {
    const kind = kindIn({ spec: { loss: 'balanced-bce' }, arrays, outputs: one([1, 2, 2], values) });
    const expected = ((2 / 3) * softplus(-0.5) + (1 / 3) * (softplus(-1) + softplus(2))) / 3;
    expect(lossOf(kind, values)).toBeCloseTo(expected, 12);
  });

  it('takes a fixed share too', () => {
    const spec = { loss: 'balanced-bce', positiveWeight: 0.95 } as const;
    const kind = kindIn({ spec, arrays, outputs: one([1, 2, 2], values) });
    const expected = (0.95 * softplus(-0.5) + 0.05 * (softplus(-1) + softplus(2))) / 3;
    expect(lossOf(kind, values)).toBeCloseTo(expected, 12);
  });

  it('refuses what is neither yes nor no', () => {
    const bad = [bytes('labels', [1, 2, 2], [1, 0, 7, 255])];
    expect(() =>
      kindIn({ spec: { loss: 'balanced-bce' }, arrays: bad, outputs: one([1, 2, 2], values) }),
    ).toThrow('labels "labels": sample 0 (counted from 0) holds 7, and the loss balanced-bce wants 0 or 1.');
  });
});

describe('figures of binary maps', () => {
  const figure = (metric: string, labels: readonly number[], values: readonly number[]) => {
    const side = Math.sqrt(labels.length);
    const outputs = one([side, side], values);
    const arrays = [bytes('labels', [1, side, side], labels)];
    return measured(kindIn({ spec: { loss: 'balanced-bce', metric }, arrays, outputs }), outputs, 1);
  };

  it('maxF takes the best threshold, with β² = .3', () => {
    // At thresholds up to .6 both objects are found with one mistake; above it one object, without a mistake.
    const [some, all] = [(1.3 * 1 * 0.5) / (0.3 * 1 + 0.5), (1.3 * (2 / 3) * 1) / (0.3 * (2 / 3) + 1)];
    expect(figure('maxF', [1, 1, 0, 0], [0.9, 0.6, 0.6, 0.1])).toBeCloseTo(Math.max(some, all), 12);
    expect(figure('maxF', [1, 1, 0, 0], [0.9, 0.8, 0.2, 0.1])).toBe(1);
  });

  it('odsF takes the best threshold, exact where the tolerance is below a position', () => {
    expect(figure('odsF', [1, 1, 0, 0], [0.9, 0.6, 0.6, 0.1])).toBeCloseTo((2 * (2 / 3)) / (2 / 3 + 1), 12);
  });

  it('odsF forgives a displacement within .0075 of the diagonal', () => {
    const side = 100;
    const line = (column: number) =>
      Array.from({ length: side * side }, (_, at) => (at % side === column ? 1 : 0));
    expect(figure('odsF', line(50), line(51))).toBe(1);
    expect(figure('odsF', line(50), line(52))).toBe(0);
  });
});
