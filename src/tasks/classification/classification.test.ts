import { describe, expect, it } from 'vitest';
import { bytes, floats, kindIn, lossOf, measured, type Detector } from '../testing/arrays';

/** PyTorch's log_softmax of one vector. */
function logSoftmax(logits: readonly number[]): number[] {
  const all = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0));
  return logits.map((z) => z - all);
}
const logits = [
  [2, 0.5, -1],
  [0, 1, 3],
  [1, 1, 0],
];
const samples = (sample: readonly number[], values: readonly number[]): Detector['outputs'] => [
  { sample, values },
];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('cross-entropy', () => {
  const labels = bytes('labels', [3], [0, 2, 1]);
  const outputs = samples([3], logits.flat());
  const overSet = (spec: Detector['spec']) => {
    const kind = kindIn({ spec, arrays: [labels], outputs });
    return mean(logits.map((row, sample) => kind.loss(sample, [Float64Array.from(row)], null)));
  };

  it('spreads label smoothing over all classes, as PyTorch does', () => {
    const expected = logits.map((row, sample) => {
      const logs = logSoftmax(row);
      const label = [0, 2, 1][sample] ?? 0;
      return -0.9 * (logs[label] ?? NaN) - (0.1 / 3) * logs.reduce((sum, log) => sum + log, 0);
    });
    expect(overSet({ loss: 'cross-entropy', labelSmoothing: 0.1 })).toBeCloseTo(mean(expected), 12);
  });

  it("with class weights is PyTorch's weighted mean over the set", () => {
    const weights = [1, 5, 0.5];
    const rows = logits.map((row, sample) => {
      const label = [0, 2, 1][sample] ?? 0;
      return { weight: weights[label] ?? NaN, cost: -(logSoftmax(row)[label] ?? NaN) };
    });
    const sum = rows.reduce((total, { weight, cost }) => total + weight * cost, 0);
    const expected = sum / rows.reduce((total, { weight }) => total + weight, 0);
    expect(overSet({ loss: 'cross-entropy', classWeights: weights })).toBeCloseTo(expected, 12);
  });

  it('leaves out positions with the label to ignore', () => {
    const map = bytes('labels', [1, 1, 3], [0, 255, 1]);
    const values = [2, 0, 1, 0.5, 1, 1, -1, 3, 0];
    const kind = kindIn({
      spec: { loss: 'cross-entropy', ignore: 255 },
      arrays: [map],
      outputs: samples([3, 1, 3], values),
    });
    const expected = mean([-(logSoftmax([2, 0.5, -1])[0] ?? NaN), -(logSoftmax([1, 1, 0])[1] ?? NaN)]);
    expect(lossOf(kind, values)).toBeCloseTo(expected, 12);
  });

  it('refuses class weights of another number', () => {
    expect(() => overSet({ loss: 'cross-entropy', classWeights: [1, 2] })).toThrow(
      'calibration.npz, task "t", classWeights: there are 2, but the output "y0" has 3 classes. Give one weight a class.',
    );
  });
});

describe('focal loss', () => {
  it('is −α(1 − p)²·ln p of yes, and the mirror of no', () => {
    const kind = kindIn({
      spec: { loss: 'focal' },
      arrays: [bytes('labels', [1, 2], [1, 0])],
      outputs: samples([2], [1, -0.5]),
    });
    const [p, q] = [1 / (1 + Math.exp(-1)), 1 / (1 + Math.exp(0.5))];
    const expected = (-0.25 * (1 - p) ** 2 * Math.log(p) - 0.75 * q ** 2 * Math.log(1 - q)) / 2;
    expect(lossOf(kind, [1, -0.5])).toBeCloseTo(expected, 12);
  });

  it('over classes is (1 − p)^γ times the cross-entropy', () => {
    const kind = kindIn({
      spec: { loss: 'focal', gamma: 3 },
      arrays: [bytes('labels', [1], [1])],
      outputs: samples([3], [0, 1, 3]),
    });
    const log = logSoftmax([0, 1, 3])[1] ?? NaN;
    expect(lossOf(kind, [0, 1, 3])).toBeCloseTo(-((1 - Math.exp(log)) ** 3) * log, 12);
  });
});

it('an expectation over classes is compared with a number', () => {
  const kind = kindIn({
    spec: { loss: 'expectation', values: [10, 20, 30] },
    arrays: [floats('labels', [2], [25, 10])],
    outputs: samples([3], [0, 0, 0, 9, 0, 0]),
  });
  expect(lossOf(kind, [0, 0, 0])).toBeCloseTo(5, 12);
  expect(kind.draw(0, [Float64Array.of(0, 0, 0)])).toMatchObject({ kind: 'numbers', truth: [25] });
});

describe('metrics', () => {
  const labels = bytes('labels', [4], [0, 1, 2, 2]);
  const answers = samples([3], [3, 2, 1, 3, 2, 1, 1, 2, 3, 1, 3, 2]);
  const of = (metric: string, array = labels, outputs = answers) =>
    measured(kindIn({ spec: { loss: 'cross-entropy', metric }, arrays: [array], outputs }), outputs, 4);

  it('top-1 counts the likeliest class, top-5 the five likeliest', () => {
    expect(of('accuracy')).toBe(0.5);
    const six = samples([6], [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1]);
    expect(of('top-5', bytes('labels', [4], [0, 5, 4, 0]), six)).toBe(0.5);
  });

  it('F1 is the mean over classes of 2TP/(2TP + FP + FN)', () => {
    expect(of('F1')).toBeCloseTo((2 / 3 + 0 + 2 / 3) / 3, 12);
  });

  it('mIoU is the mean over classes of TP/(TP + FP + FN), over the whole set', () => {
    const map = bytes('labels', [2, 1, 2], [0, 1, 1, 255]);
    const outputs = samples([2, 1, 2], [5, 5, 0, 0, 0, 0, 5, 5]);
    const kind = kindIn({ spec: { loss: 'cross-entropy', ignore: 255 }, arrays: [map], outputs });
    expect(kind.metric?.name).toBe('mIoU');
    expect(measured(kind, outputs, 2)).toBeCloseTo((1 / 2 + 1 / 2) / 2, 12);
  });

  it('MAE is of the expectation over class numbers, for ages and other ordered classes', () => {
    const certain = samples([3], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(of('MAE', labels, certain)).toBeCloseTo((1 + 0 + 1 + 1) / 4, 12);
  });
});

describe('what is drawn', () => {
  it('bars of probabilities with the label', () => {
    const outputs = samples([2], [0, 0]);
    const kind = kindIn({ spec: { loss: 'cross-entropy' }, arrays: [bytes('labels', [1], [1])], outputs });
    expect(kind.draw(0, [Float64Array.of(0, 0)])).toEqual({
      kind: 'classes',
      probabilities: [0.5, 0.5],
      labels: [1],
    });
  });

  it('a map of classes, 255 where none applies', () => {
    const map = bytes('labels', [1, 1, 2], [1, 9]);
    const outputs = samples([2, 1, 2], [0, 1, 1, 0]);
    const kind = kindIn({ spec: { loss: 'cross-entropy', ignore: 9 }, arrays: [map], outputs });
    expect(kind.draw(0, [Float64Array.of(0, 1, 1, 0)])).toEqual({
      kind: 'class-map',
      width: 2,
      height: 1,
      classes: 2,
      predicted: Uint8Array.of(1, 0),
      truth: Uint8Array.of(1, 255),
    });
  });
});
