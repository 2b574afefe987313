import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floats, kindIn, lossOf, measured, type Detector } from '../../testing/arrays';
import { expectGradient } from '../../testing/gradient';
import type { CentreBox } from '../overlap';
import { completeIou } from './ciou';
import type { YoloHead } from './heads';
import { matchObjects } from './matches';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const logit = (p: number) => Math.log(p / (1 - p));
const softplus = (z: number) => Math.log(1 + Math.exp(z));

describe('complete IoU', () => {
  it('is IoU less the distance of centres and the difference of aspects', () => {
    // 4×2 at (2, 1) against 2×2 at (2, 1): IoU 1/2, the same centre.
    const v = (4 / Math.PI ** 2) * (Math.atan(1) - Math.atan(2)) ** 2;
    expect(completeIou([2, 1, 4, 2], [2, 1, 2, 2]).ciou).toBeCloseTo(0.5 - (v / (v + 0.5)) * v, 6);
    // Two unit squares, one apart: no overlap, hull 2×1 … diagonal² 3² + 1.
    expect(completeIou([0.5, 0.5, 1, 1], [2.5, 0.5, 1, 1]).ciou).toBeCloseTo(-4 / 10, 6);
    expect(completeIou([3, 4, 5, 6], [3, 4, 5, 6]).ciou).toBeCloseTo(1, 6);
  });

  it('has its slopes, the weight of the aspect taken as constant', () => {
    const side = fc.double({ min: 0.5, max: 4, noNaN: true });
    const place = fc.double({ min: -2, max: 2, noNaN: true });
    const box = fc.tuple(place, place, side, side).filter((own) => corners(own).every(isApart));
    fc.assert(
      fc.property(box, (own) => {
        const weight = paperCiou(own).alpha;
        const { slope } = completeIou(own, fixed);
        for (const axis of own.keys()) {
          const at = (step: number) => {
            const [x = NaN, y = NaN, w = NaN, h = NaN] = own.map((v, i) => (i === axis ? v + step : v));
            return paperCiou([x, y, w, h], weight).ciou;
          };
          expect(slope[axis]).toBeCloseTo((at(1e-6) - at(-1e-6)) / 2e-6, 4);
        }
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});

const fixed: CentreBox = [0.1, 0.2, 1.5, 1];
const corners = ([x, y, w, h]: CentreBox) => [x - w / 2, x + w / 2, y - h / 2, y + h / 2];
/** Slopes jump where sides meet. */
const isApart = (corner: number) => corners(fixed).every((other) => Math.abs(corner - other) > 1e-3);

/** The paper's equations against the fixed box, by corners. */
function paperCiou(own: CentreBox, given?: number) {
  const [l = NaN, r = NaN, t = NaN, b = NaN] = corners(own);
  const [L = NaN, R = NaN, T = NaN, B = NaN] = corners(fixed);
  const both = Math.max(Math.min(r, R) - Math.max(l, L), 0) * Math.max(Math.min(b, B) - Math.max(t, T), 0);
  const iou = both / ((r - l) * (b - t) + (R - L) * (B - T) - both);
  const diagonal = (Math.max(r, R) - Math.min(l, L)) ** 2 + (Math.max(b, B) - Math.min(t, T)) ** 2;
  const distance = ((l + r - L - R) ** 2 + (t + b - T - B) ** 2) / 4;
  const v = (4 / Math.PI ** 2) * (Math.atan((R - L) / (B - T)) - Math.atan((r - l) / (b - t))) ** 2;
  const alpha = given ?? v / (1 - iou + v);
  return { ciou: iou - distance / diagonal - alpha * v, alpha };
}

/** 32×32 pixels, cells of 8, anchors of 8×8 and 24×24 pixels, 2 classes. */
const anchors = [[8, 8, 24, 24]];
const channels = 14;
const cells = 16;
const zeros = () => Array.from({ length: channels * cells }, () => 0);
/** One object of 10×6 pixels at (13, 18): cell (1, 2), near the right and the upper side of it. */
const arrays = [floats('boxes', [1, 2, 4], [8, 15, 18, 21, 0, 0, 0, 0]), floats('classes', [1, 2], [1, -1])];
const of = (spec: Detector['spec'], values = zeros(), sample = [channels, 4, 4]) =>
  kindIn({ spec: { anchors, ...spec }, arrays, outputs: [{ sample, values }], imageSize: [32, 32] });

describe("YOLOv5's targets", () => {
  const head: YoloHead = {
    anchors: 2,
    values: 7,
    width: 4,
    height: 4,
    strideX: 8,
    strideY: 8,
    anchorStep: 7 * cells,
    cellStep: 1,
    valueStep: cells,
    sizes: [
      [8, 8],
      [24, 24],
    ],
  };

  it('are the object’s cell and the two nearest neighbours, for anchors of a similar size', () => {
    const matches = matchObjects(head, [{ box: [8, 15, 18, 21], class: 1, crowd: false }]);
    // 24×24 is 4 times as high as 6 pixels: too large.
    expect(matches.map(({ anchor, column, row }) => [anchor, column, row])).toEqual([
      [0, 1, 2],
      [0, 1, 1],
      [0, 2, 2],
    ]);
    expect(matches[0]?.target).toEqual([0.625, 0.25, 1.25, 0.75]);
    expect(matches[1]?.target).toEqual([0.625, 1.25, 1.25, 0.75]);
    expect(matches[2]?.target).toEqual([-0.375, 0.25, 1.25, 0.75]);
  });

  it('stay inside the grid', () => {
    const matches = matchObjects(head, [{ box: [0, 0, 6, 6], class: 0, crowd: false }]);
    expect(matches.filter(({ anchor }) => anchor === 0)).toHaveLength(1);
  });
});

describe("YOLOv5's components", () => {
  /** With raw zeros a box is at the cell's middle, as large as its anchor. */
  const predicted = [0.5, 0.5, 1, 1] as const;
  const targets = [
    [0.625, 0.25, 1.25, 0.75],
    [0.625, 1.25, 1.25, 0.75],
    [-0.375, 0.25, 1.25, 0.75],
  ] as const;
  const overlaps = targets.map((target) => completeIou(predicted, target).ciou);

  it('box is the mean of 1 − CIoU over the matches', () => {
    const expected = overlaps.reduce((sum, one) => sum + 1 - one, 0) / 3;
    expect(lossOf(of({ loss: 'yolo-box' }), zeros())).toBeCloseTo(expected, 12);
  });

  it('objectness is against the IoU over all anchors, the finest scale four times', () => {
    const values = zeros();
    for (let cell = 0; cell < cells; cell++) {
      values[4 * cells + cell] = 0.3;
      values[(7 + 4) * cells + cell] = -1;
    }
    const own = overlaps.map((one) => Math.max(one, 0));
    const matched = own.reduce((sum, t) => sum + t * softplus(-0.3) + (1 - t) * softplus(0.3), 0);
    const expected = (4 * (matched + 13 * softplus(0.3) + 16 * softplus(-1))) / 32;
    expect(lossOf(of({ loss: 'yolo-objectness' }), values)).toBeCloseTo(expected, 12);
  });

  it('class is binary cross-entropy over matches and classes', () => {
    const values = zeros();
    for (let cell = 0; cell < cells; cell++) values[5 * cells + cell] = 1;
    expect(lossOf(of({ loss: 'yolo-class' }), values)).toBeCloseTo((softplus(1) + Math.LN2) / 2, 12);
  });

  it('counts one scale alone when asked', () => {
    const two = {
      arrays,
      outputs: [
        { sample: [channels, 4, 4], values: zeros() },
        { sample: [channels, 2, 2], values: zeros().slice(0, channels * 4) },
      ],
      imageSize: [32, 32],
    };
    const spec = { loss: 'yolo-objectness', anchors: [anchors[0] ?? [], [20, 20, 32, 32]] } as const;
    const both = kindIn({ spec, ...two });
    const parts = [0, 1].map((scale) => kindIn({ spec: { ...spec, scale }, ...two }));
    const values = two.outputs.map((output) => output.values);
    const sum = parts.reduce((total, part) => total + lossOf(part, ...values), 0);
    expect(lossOf(both, ...values)).toBeCloseTo(sum, 12);
    expect(() => kindIn({ spec: { ...spec, scale: 2 }, ...two })).toThrow('2 is not among the 2 scales.');
  });

  it.each([
    ['channels last', [4, 4, channels]],
    ['anchors apart', [2, 4, 4, 7]],
  ])('reads %s', (_, sample) => {
    expect(lossOf(of({ loss: 'yolo-box' }, zeros(), sample), zeros())).toBeCloseTo(
      lossOf(of({ loss: 'yolo-box' }), zeros()),
      12,
    );
  });

  it('class and objectness have their slopes', () => {
    const values = zeros().map((_, i) => Math.sin(i) / 2);
    expectGradient(of({ loss: 'yolo-class' }), [values]);
    const slopes = new Float64Array(values.length);
    of({ loss: 'yolo-objectness' }).loss(0, [Float64Array.from(values)], [slopes]);
    const unmatched = 4 * cells + 15;
    expect(slopes[unmatched]).toBeCloseTo((4 * sigmoid(values[unmatched] ?? NaN)) / 32, 12);
  });

  it('box has its slopes where the aspects are the same', () => {
    const square = [floats('boxes', [1, 1, 4], [9, 15, 17, 23]), floats('classes', [1, 1], [1])];
    const values = zeros().map((_, i) => {
      const value = Math.floor(i / cells) % 7;
      return value === 2 || value === 3 ? Math.sin(i % cells) / 2 : Math.sin(i) / 2;
    });
    const outputs = [{ sample: [channels, 4, 4], values }];
    const spec = { loss: 'yolo-box', anchors } as const;
    expectGradient(kindIn({ spec, arrays: square, outputs, imageSize: [32, 32] }), [values]);
  });
});

it('finds the boxes that it was made from', () => {
  const values: number[] = zeros().map((_, i) => (Math.floor(i / cells) % 7 === 4 ? -9 : 0));
  const put = (value: number, cell: number, raw: number) => (values[value * cells + cell] = raw);
  const cell = 2 * 4 + 1;
  put(0, cell, logit((0.625 + 0.5) / 2));
  put(1, cell, logit((0.25 + 0.5) / 2));
  put(2, cell, logit(Math.sqrt(1.25) / 2));
  put(3, cell, logit(Math.sqrt(0.75) / 2));
  put(4, cell, 6);
  put(6, cell, 6);
  const kind = of({ loss: 'yolo-box' }, values);
  const outputs = [{ sample: [channels, 4, 4], values }];
  expect(measured(kind, outputs, 1)).toBe(1);
  const picture = kind.draw(0, [Float64Array.from(values)]);
  const [first] = picture.kind === 'boxes' ? picture.predicted : [];
  expect([first?.x1, first?.y1, first?.x2, first?.y2].map((x) => Number(x?.toFixed(3)))).toEqual([
    8, 15, 18, 21,
  ]);
});
