import { describe, expect, it } from 'vitest';
import { bindingOf, floats, kindIn, lossOf, measured, type Detector } from '../../testing/arrays';
import { expectGradient } from '../../testing/gradient';
import { iou } from '../box';
import { hardest, matchPriors } from './match';
import { defaultBoxes } from './priors';

const object = (box: readonly [number, number, number, number], label = 0) =>
  ({ box, class: label, crowd: false }) as const;

describe('matching', () => {
  const priors = [
    [0, 0, 10, 10],
    [4, 0, 14, 10],
    [50, 50, 60, 60],
    [80, 80, 90, 90],
  ] as const;

  it('takes overlaps above one half, and the best of each object whatever it is', () => {
    const objects = [object([1, 0, 11, 10]), object([57, 57, 67, 67])];
    expect(iou(priors[1], [1, 0, 11, 10])).toBeGreaterThan(0.5);
    expect([...matchPriors(priors, objects)]).toEqual([0, 0, 1, -1]);
  });

  it('mines the background that costs most', () => {
    const costs = Float64Array.of(9, 1, 3, 2, 8);
    expect(hardest([1, 2, 3], costs, 2)).toEqual([2, 3]);
  });
});

it('makes SSD300 its 8732 default boxes', () => {
  const binding = bindingOf({ spec: { loss: 'ssd-location' }, outputs: [], imageSize: [300, 300] });
  const { boxes, scales } = defaultBoxes(binding, 8732);
  expect(boxes).toHaveLength(38 * 38 * 4 + 19 * 19 * 6 + 10 * 10 * 6 + 5 * 5 * 6 + 3 * 3 * 4 + 4);
  expect(scales.filter((scale) => scale === 5)).toHaveLength(4);
  const [first, second] = boxes;
  expect(first?.map((x) => Math.round(x * 100) / 100)).toEqual([-11.05, -11.05, 18.95, 18.95]);
  expect((second?.[2] ?? NaN) - (second?.[0] ?? NaN)).toBeCloseTo(Math.sqrt(30 * 60), 6);
});

/** 20×20 pixels, cells of 10: four default boxes of 10×10, one a cell. Two classes and the background. */
const spec = { anchors: [[10, 10]], strides: [10] };
const arrays = [floats('boxes', [1, 1, 4], [1, 0, 11, 12]), floats('classes', [1, 1], [1])];
const location = [0.1, 0, 0.2, -0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const confidence = [0, 1, 2, 3, 0, 0, 0, 4, 0, 1, 1, 1];
const outputs: Detector['outputs'] = [
  { sample: [4, 4], values: location },
  { sample: [4, 3], values: confidence },
];
const of = (loss: 'ssd-location' | 'ssd-confidence') =>
  kindIn({ spec: { loss, ...spec }, arrays, outputs, imageSize: [20, 20] });

describe("SSD's components, over the matched boxes", () => {
  it('location is smooth L1 of the encoded box', () => {
    const targets = [(6 - 5) / 10 / 0.1, (6 - 5) / 10 / 0.1, 0, Math.log(1.2) / 0.2];
    const smooth = (error: number) => (Math.abs(error) < 1 ? error ** 2 / 2 : Math.abs(error) - 0.5);
    const expected = targets.reduce((sum, target, i) => sum + smooth((location[i] ?? NaN) - target), 0);
    expect(lossOf(of('ssd-location'), location, confidence)).toBeCloseTo(expected, 12);
  });

  it('confidence is the cross-entropy of matches and of three negatives each', () => {
    const cost = (row: number, label: number) => {
      const logits = confidence.slice(row * 3, row * 3 + 3);
      return Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - (logits[label] ?? NaN);
    };
    const expected = cost(0, 2) + cost(1, 0) + cost(2, 0) + cost(3, 0);
    expect(lossOf(of('ssd-confidence'), location, confidence)).toBeCloseTo(expected, 9);
  });

  it.each(['ssd-location', 'ssd-confidence'] as const)('%s has its slopes', (loss) =>
    expectGradient(of(loss), [location, confidence]),
  );

  it('is 0 without objects', () => {
    const none = [floats('boxes', [1, 1, 4], [0, 0, 0, 0]), floats('classes', [1, 1], [-1])];
    const kind = kindIn({
      spec: { loss: 'ssd-confidence', ...spec },
      arrays: none,
      outputs,
      imageSize: [20, 20],
    });
    expect(lossOf(kind, location, confidence)).toBe(0);
  });
});

it('finds the box that it was made from', () => {
  const made = [
    { sample: [4, 4], values: [1, 1, 0, Math.log(1.2) / 0.2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    { sample: [4, 3], values: [0, 0, 9, 9, 0, 0, 9, 0, 0, 9, 0, 0] },
  ];
  const kind = kindIn({
    spec: { loss: 'ssd-location', ...spec },
    arrays,
    outputs: made,
    imageSize: [20, 20],
  });
  expect(measured(kind, made, 1)).toBe(1);
});

it('says how many default boxes there are and should be', () => {
  const wrong = { loss: 'ssd-location', anchors: [[10, 10, 5, 5]], strides: [10] } as const;
  expect(() => kindIn({ spec: wrong, arrays, outputs, imageSize: [20, 20] })).toThrow(
    'anchors and strides make 8 default boxes, but the outputs have 4. Correct the anchors, the strides or the image size.',
  );
});
