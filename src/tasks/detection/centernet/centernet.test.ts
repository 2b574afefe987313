import { describe, expect, it } from 'vitest';
import { floats, kindIn, lossOf, measured, type Detector } from '../../testing/arrays';
import { expectGradient } from '../../testing/gradient';
import { drawHeat } from './targets';

const cells = 16;
const zeros = (count: number) => Array.from({ length: count }, () => 0);
const rising = (count: number) => Array.from({ length: count }, (_, i) => Math.sin(i * 1.7) * 2);

/** Two objects on 16×16 pixels, cells of 4: centres (6, 6) and (13, 3), in the cells (1, 1) and (3, 0). */
const arrays = [
  floats('boxes', [1, 3, 4], [3, 2, 9, 10, 11, 1, 15, 5, 0, 0, 0, 0]),
  floats('classes', [1, 3], [1, 0, -1]),
];
const heads = (heat: readonly number[], size: readonly number[], offset: readonly number[]) =>
  [
    { sample: [2, 4, 4], values: heat },
    { sample: [2, 4, 4], values: size },
    { sample: [2, 4, 4], values: offset },
  ] as const;
const of = (spec: Detector['spec'], outputs: Detector['outputs'] = heads(zeros(32), zeros(32), zeros(32))) =>
  kindIn({ spec, arrays, outputs, imageSize: [16, 16] });

describe("CenterNet's components, over the number of objects", () => {
  it('heat', () => {
    const kind = of({ loss: 'centernet-heat' });
    const head = { anchors: 1, values: 2, width: 4, height: 4, strideX: 4, strideY: 4 };
    const steps = { anchorStep: 0, cellStep: 1, valueStep: 16 };
    const targets = drawHeat({ ...head, ...steps }, [
      { box: [3, 2, 9, 10], class: 1, crowd: false },
      { box: [11, 1, 15, 5], class: 0, crowd: false },
    ]);
    expect(targets.filter((target) => target === 1)).toHaveLength(2);
    expect([targets[16 + 5], targets[3]]).toEqual([1, 1]);
    const costs = targets.map((target) => (target === 1 ? 0.25 : (1 - target) ** 4 * 0.25) * Math.LN2);
    expect(lossOf(kind, zeros(32), zeros(32), zeros(32))).toBeCloseTo(costs.reduce((a, b) => a + b) / 2, 12);
  });

  it('size, in cells or in pixels, and offset', () => {
    const none = [zeros(32), zeros(32), zeros(32)] as const;
    expect(lossOf(of({ loss: 'centernet-size' }), ...none)).toBeCloseTo((1.5 + 2 + 1 + 1) / 2, 12);
    expect(lossOf(of({ loss: 'centernet-size', sizeUnit: 'pixels' }), ...none)).toBeCloseTo(
      (6 + 8 + 4 + 4) / 2,
      12,
    );
    expect(lossOf(of({ loss: 'centernet-offset' }), ...none)).toBeCloseTo((0.5 + 0.5 + 0.25 + 0.75) / 2, 12);
  });

  it.each(['centernet-heat', 'centernet-size', 'centernet-offset'] as const)('%s has its slopes', (loss) => {
    const values = [rising(32), rising(32).toReversed(), rising(32)];
    expectGradient(of({ loss }), values);
    const single = of({ loss }, [{ sample: [4, 4, 2], values: zeros(32) }]);
    expectGradient(single, [rising(32)]);
  });
});

describe('boxes at the peaks', () => {
  const heat = zeros(32).map(() => -9);
  heat[16 + 5] = 4;
  heat[16 + 6] = 3;
  heat[3] = 2;
  const size = zeros(32);
  const offset = zeros(32);
  for (const [cell, width, height, x, y] of [
    [5, 1.5, 2, 0.5, 0.5],
    [3, 1, 1, 0.25, 0.75],
  ] as const) {
    size[cell] = width;
    size[cells + cell] = height;
    offset[cell] = x;
    offset[cells + cell] = y;
  }
  const outputs = heads(heat, size, offset);

  it('are found, their neighbours are not', () => {
    const picture = of({ loss: 'centernet-heat' }, outputs).draw(
      0,
      outputs.map(({ values }) => Float64Array.from(values)),
    );
    expect(picture).toMatchObject({
      kind: 'boxes',
      width: 16,
      predicted: [
        { x1: 3, y1: 2, x2: 9, y2: 10, class: 1 },
        { x1: 11, y1: 1, x2: 15, y2: 5, class: 0 },
      ],
      truth: [{ class: 1 }, { class: 0 }],
    });
  });

  it('make mAP', () => {
    expect(measured(of({ loss: 'centernet-size' }, outputs), outputs, 1)).toBe(1);
  });
});

describe('what it refuses, in a sentence', () => {
  it('a class that the head does not have', () => {
    const bad = [arrays[0] ?? floats('boxes', [1], [0]), floats('classes', [1, 3], [1, 2, -1])];
    expect(() =>
      kindIn({
        spec: { loss: 'centernet-heat' },
        arrays: bad,
        outputs: heads(zeros(32), zeros(32), zeros(32)),
        imageSize: [16, 16],
      }),
    ).toThrow(
      'labels "classes": sample 0, object 1 (counted from 0) has class 2, but the head has 2 classes (0 to 1).',
    );
  });

  it('a box without an inside', () => {
    const bad = [floats('boxes', [1, 1, 4], [5, 5, 5, 9]), floats('classes', [1, 1], [0])];
    expect(() =>
      kindIn({
        spec: { loss: 'centernet-heat' },
        arrays: bad,
        outputs: heads(zeros(32), zeros(32), zeros(32)),
        imageSize: [16, 16],
      }),
    ).toThrow('labels "boxes": sample 0, object 0 (counted from 0) has the box 5, 5, 5, 9.');
  });

  it('outputs that are no grid', () => {
    expect(() => of({ loss: 'centernet-heat' }, [{ sample: [32], values: zeros(32) }])).toThrow(
      'a sample of it is 32, which is no grid over 16×16 pixels',
    );
  });
});
