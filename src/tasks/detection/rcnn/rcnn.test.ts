import { describe, expect, it } from 'vitest';
import { floats, kindIn, lossOf, measured, type Detector } from '../../testing/arrays';
import { expectGradient } from '../../testing/gradient';
import { sampleAnchors } from './sample-anchors';

const softplus = (z: number) => Math.log(1 + Math.exp(z));
const smooth = (error: number) => {
  const beta = 1 / 9;
  return Math.abs(error) < beta ? error ** 2 / (2 * beta) : Math.abs(error) - beta / 2;
};
const object = (box: readonly [number, number, number, number]) => ({ box, class: 0, crowd: false }) as const;

describe('labels of anchors', () => {
  it('positive from .7 or as the best of an object, negative below .3, the rest left out', () => {
    const anchors = [
      [0, 0, 10, 10],
      [0, 0, 10, 8],
      [0, 0, 10, 5],
      [30, 0, 40, 10],
      [60, 60, 70, 70],
    ] as const;
    const { positives, negatives } = sampleAnchors(anchors, [
      object([0, 0, 10, 10]),
      object([36, 0, 46, 10]),
    ]);
    expect(positives.map(({ anchor }) => anchor)).toEqual([0, 1, 3]);
    expect(negatives).toEqual([4]);
  });

  it('256 at most, half of them positive', () => {
    const many = Array.from({ length: 1000 }, (_, i) => [
      i % 2 === 0 ? 0 : 100,
      0,
      i % 2 === 0 ? 10 : 110,
      10,
    ]);
    const anchors = many.map(([a = 0, b = 0, c = 0, d = 0]) => [a, b, c, d] as const);
    const { positives, negatives } = sampleAnchors(anchors, [object([0, 0, 10, 10])]);
    expect([positives.length, negatives.length]).toEqual([128, 128]);
  });
});

/** 20×20 pixels, cells of 10, one anchor of 10×10 a cell; the object matches the first. */
const arrays = [floats('boxes', [1, 1, 4], [1, 0, 10, 11]), floats('classes', [1, 1], [1])];
const objectness = [1, -2, 0.5, 3];
const offsets = Array.from({ length: 16 }, (_, i) => Math.sin(i + 1) / 4);
const rpn: Detector['outputs'] = [
  { sample: [1, 2, 2], values: objectness },
  { sample: [4, 2, 2], values: offsets },
];
const ofRpn = (loss: 'rpn-objectness' | 'rpn-box') =>
  kindIn({ spec: { loss, anchors: [[10, 10]] }, arrays, outputs: rpn, imageSize: [20, 20] });

describe("the proposal network's components, over the sampled anchors", () => {
  it('objectness', () => {
    const expected = (softplus(-1) + softplus(-2) + softplus(0.5) + softplus(3)) / 4;
    expect(lossOf(ofRpn('rpn-objectness'), objectness, offsets)).toBeCloseTo(expected, 12);
  });

  it('box', () => {
    const targets = [(5.5 - 5) / 10, (5.5 - 5) / 10, Math.log(0.9), Math.log(1.1)];
    const found = [0, 4, 8, 12].map((at) => offsets[at] ?? NaN);
    const expected = targets.reduce((sum, target, i) => sum + smooth((found[i] ?? NaN) - target), 0) / 4;
    expect(lossOf(ofRpn('rpn-box'), objectness, offsets)).toBeCloseTo(expected, 12);
  });

  it.each(['rpn-objectness', 'rpn-box'] as const)('%s has its slopes', (loss) =>
    expectGradient(ofRpn(loss), [objectness, offsets]),
  );

  it('are measured by the objects that proposals reach', () => {
    const still = [rpn[0] ?? { sample: [], values: [] }, { sample: [4, 2, 2], values: offsets.map(() => 0) }];
    expect(measured(ofRpn('rpn-box'), still, 1)).toBe(1);
  });
});

/** Two regions, two classes and the background; the first region overlaps the object by more than one half. */
const logits = [0, 1, 2, 1, 0, -1];
const deltas = Array.from({ length: 24 }, (_, i) => Math.cos(i) / 2);
const proposals = [0, 0, 10, 10, 12, 12, 20, 20];
const roi: Detector['outputs'] = [
  { sample: [2, 3], values: logits },
  { sample: [2, 12], values: deltas },
  { sample: [2, 4], values: proposals },
];
const ofRoi = (loss: 'roi-class' | 'roi-box') =>
  kindIn({ spec: { loss }, arrays, outputs: roi, imageSize: [20, 20] });

describe("the regions' components, over all regions", () => {
  it('class', () => {
    const cost = (row: readonly number[], label: number) =>
      Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - (row[label] ?? NaN);
    const expected = (cost([0, 1, 2], 2) + cost([1, 0, -1], 0)) / 2;
    expect(lossOf(ofRoi('roi-class'), logits, deltas, proposals)).toBeCloseTo(expected, 12);
  });

  it('box, of the true class', () => {
    const targets = [0.05 / 0.1, 0.05 / 0.1, Math.log(0.9) / 0.2, Math.log(1.1) / 0.2];
    const expected = targets.reduce((sum, target, i) => sum + smooth((deltas[8 + i] ?? NaN) - target), 0) / 2;
    expect(lossOf(ofRoi('roi-box'), logits, deltas, proposals)).toBeCloseTo(expected, 12);
  });

  it.each(['roi-class', 'roi-box'] as const)('%s has its slopes, proposals held still', (loss) => {
    const slopes = [logits, deltas, proposals].map((values) => new Float64Array(values.length));
    const values = [logits, deltas, proposals].map((one) => Float64Array.from(one));
    ofRoi(loss).loss(0, values, slopes);
    expect([...(slopes[2] ?? [])]).toEqual(proposals.map(() => 0));
    const own = loss === 'roi-class' ? 0 : 1;
    const changed = [logits, deltas, proposals];
    for (const [at, slope] of (slopes[own] ?? []).entries()) {
      const moved = (step: number) =>
        lossOf(
          ofRoi(loss),
          ...changed.map((list, i) =>
            i === own ? list.map((value, j) => (j === at ? value + step : value)) : list,
          ),
        );
      expect(slope).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 6);
    }
  });
});

it('asks for its outputs in order', () => {
  expect(() =>
    kindIn({ spec: { loss: 'roi-box' }, arrays, outputs: roi.toReversed(), imageSize: [20, 20] }),
  ).toThrow('its outputs are 2×4, 2×12, 2×3. Name class logits');
});
