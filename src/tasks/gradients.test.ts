import fc from 'fast-check';
import { describe, it } from 'vitest';
import { bytes, floats, kindIn, type Detector } from './testing/arrays';
import { expectGradient } from './testing/gradient';

type Spec = Detector['spec'];

/** Numbers that stay away from the corners of piecewise losses against whole and half targets. */
const smooth = fc.double({ min: 0.02, max: 0.23, noNaN: true });
const whole = fc.integer({ min: -3, max: 3 });
const number = fc
  .tuple(whole, smooth, fc.constantFrom(0, 0.25, 0.5, 0.75))
  .map(([base, part, quarter]) => base + part + quarter);
const several = (length: number) => fc.array(number, { minLength: length, maxLength: length });

/** Checks the slopes of a loss on random outputs, read as logits or as they are. */
function holds(situation: Omit<Detector, 'outputs'> & { sample: readonly number[] }, map = (x: number) => x) {
  const size = situation.sample.reduce((product, length) => product * length, 1);
  fc.assert(
    fc.property(several(size), (raw) => {
      const values = raw.map(map);
      const outputs = [{ sample: situation.sample, values: raw.map((_, i) => (i % 2 === 0 ? -9 : 9)) }];
      expectGradient(kindIn({ ...situation, outputs }), [values]);
    }),
    { numRuns: 30, seed: 7 },
  );
}

describe('slopes are those of the loss', () => {
  const six = floats('labels', [1, 2, 3], [0, 1, -1, 2, 0.5, 1.5]);
  const yesNo = bytes('labels', [1, 2, 3], [0, 1, 0, 1, 1, 0]);
  const mask = bytes('mask', [1, 2, 3], [1, 1, 0, 1, 1, 1]);
  const elementwise: readonly Spec[] = [
    { loss: 'mse' },
    { loss: 'l1', reduction: 'sum' },
    { loss: 'smooth-l1', beta: 0.5 },
    { loss: 'huber', delta: 1.5 },
    { loss: 'rmse' },
  ];
  it.each(elementwise)('$loss', (spec) =>
    holds({ spec: { ...spec, mask: 'mask', labels: 'labels' }, arrays: [six, mask], sample: [2, 3] }),
  );

  const answers: readonly Spec[] = [
    { loss: 'binary-cross-entropy', positiveWeight: 3 },
    { loss: 'focal', gamma: 1.5, alpha: 0.3 },
    { loss: 'centernet-focal', reduction: 'sum' },
    { loss: 'balanced-bce' },
    { loss: 'balanced-bce', positiveWeight: 0.95 },
  ];
  it.each(answers)('$loss', (spec) => holds({ spec, arrays: [yesNo], sample: [2, 3] }));

  it('binary cross-entropy of probabilities', () =>
    fc.assert(
      fc.property(several(6), (raw) => {
        const values = raw.map((x) => 0.05 + Math.abs(x) / 5);
        const outputs = [{ sample: [2, 3], values }];
        for (const loss of ['binary-cross-entropy', 'balanced-bce'] as const)
          expectGradient(kindIn({ spec: { loss }, arrays: [yesNo], outputs }), [values]);
      }),
      { numRuns: 20 },
    ));

  const map = bytes('labels', [1, 2, 2], [2, 0, 255, 1]);
  const overClasses: readonly Spec[] = [
    { loss: 'cross-entropy', labelSmoothing: 0.1, classWeights: [1, 2, 0.5], ignore: 255 },
    { loss: 'cross-entropy', reduction: 'sum', ignore: 255 },
    { loss: 'focal', gamma: 2, classWeights: [1, 2, 0.5], ignore: 255 },
    { loss: 'dice', ignore: 255 },
    { loss: 'lovasz', ignore: 255 },
  ];
  it.each(overClasses)('$loss over classes, channels first and last', (spec) => {
    holds({ spec, arrays: [map], sample: [3, 2, 2] });
    holds({ spec, arrays: [map], sample: [2, 2, 3] });
  });

  it('cross-entropy and Dice of probabilities', () =>
    fc.assert(
      fc.property(several(12), (raw) => {
        const values = raw.map((x) => Math.exp(x / 3));
        for (let i = 0; i < 4; i++) {
          const all = [0, 1, 2].reduce((sum, c) => sum + (values[i + 4 * c] ?? 0), 0);
          for (let c = 0; c < 3; c++) values[i + 4 * c] = (values[i + 4 * c] ?? 0) / all;
        }
        const outputs = [{ sample: [3, 2, 2], values }];
        for (const loss of ['cross-entropy', 'dice'] as const)
          expectGradient(kindIn({ spec: { loss, ignore: 255 }, arrays: [map], outputs }), [values]);
      }),
      { numRuns: 20 },
    ));

  it('cross-entropy against soft labels', () => {
    const soft = floats('labels', [1, 3], [0.2, 0.5, 0.3]);
    holds({ spec: { loss: 'cross-entropy', labelSmoothing: 0.2 }, arrays: [soft], sample: [3] });
  });

  it('expectation over classes', () => {
    const arrays = [floats('labels', [1], [31])];
    holds({ spec: { loss: 'expectation', values: [10, 20, 40, 80] }, arrays, sample: [4] });
  });

  const depths = floats('labels', [1, 2, 3], [1, 0, 3, NaN, 2, 5]);
  it.each([{ loss: 'depth-l1' }, { loss: 'silog' }, { loss: 'silog', scaleInvariance: 1 }] as const)(
    '$loss',
    (spec) => holds({ spec, arrays: [depths], sample: [1, 2, 3] }, (x) => Math.abs(x) + 0.1),
  );

  const up = floats('labels', [1, 1, 2, 3], [0, 0.6, 0.8, 0, 0, 0]);
  it.each([{ loss: 'normals-cosine' }, { loss: 'normals-l1' }] as const)('$loss', (spec) => {
    holds({ spec, arrays: [up], sample: [1, 2, 3] });
    holds({ spec, arrays: [up], sample: [3, 1, 2] });
  });

  it('heat maps of keypoints', () =>
    holds({
      spec: { loss: 'keypoint-heatmap', sigma: 1 },
      arrays: [floats('labels', [1, 2, 3], [5, 6, 1, 1, 1, 0])],
      sample: [2, 4, 4],
      imageSize: [16, 16],
    }));

  it('agreement of values and of classes', () =>
    fc.assert(
      fc.property(several(6), several(6), (own, pruned) => {
        const outputs = [{ sample: [6], values: own }];
        for (const compare of ['values', 'classes'])
          expectGradient(kindIn({ spec: { loss: 'agreement', compare }, outputs }), [pruned]);
      }),
      { numRuns: 20 },
    ));

  it.each(['corners', 'centre'])('agreement of boxes by %s', (boxFormat) => {
    const own = boxFormat === 'corners' ? [1, 1, 5, 6, 2, 3, 9, 8] : [3, 3.5, 4, 5, 5.5, 5.5, 7, 5];
    fc.assert(
      fc.property(fc.array(smooth, { minLength: 12, maxLength: 12 }), (change) => {
        const outputs = [
          { sample: [2, 4], values: own },
          { sample: [2, 2], values: [0.9, 0.1, 0.4, 0.6] },
        ];
        const boxes = own.map((value, i) => value + (change[i] ?? 0));
        const scores = [0.9, 0.1, 0.4, 0.6].map((value, i) => value - (change[8 + i] ?? 0));
        expectGradient(kindIn({ spec: { loss: 'box-agreement', boxFormat }, outputs }), [boxes, scores]);
      }),
      { numRuns: 20 },
    );
  });
});
