import { describe, expect, it } from 'vitest';
import { floats, kindIn, lossOf, measured, type Detector } from '../testing/arrays';

const side = 8;
const map = (heat: Readonly<Record<number, number>>) =>
  Array.from({ length: side * side }, (_, cell) => heat[cell] ?? 0);
const at = (column: number, row: number) => row * side + column;

/** Two keypoints of 32×32 pixels on 8×8 cells: at (12, 8) and at (20, 24); a third is not labelled. */
const arrays = [floats('labels', [1, 3, 3], [12, 8, 1, 20, 24, 2, 0, 0, 0])];
const situation = (spec: Detector['spec'], values: readonly number[]): Detector => ({
  spec,
  arrays,
  outputs: [{ sample: [3, side, side], values }],
  imageSize: [32, 32],
});

describe('heat maps of keypoints', () => {
  it('cost half the mean squared difference from Gaussians', () => {
    const values = [...map({}), ...map({}), ...map({ 5: 3 })];
    const gaussian = (column: number, row: number, x: number, y: number) => {
      const [dx, dy] = [column - x, row - y];
      return Math.max(Math.abs(dx), Math.abs(dy)) > 3 ? 0 : Math.exp(-(dx ** 2 + dy ** 2) / 2);
    };
    let squares = 0;
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        squares += gaussian(column, row, 3, 2) ** 2 + gaussian(column, row, 5, 6) ** 2;
    const kind = kindIn(situation({ loss: 'keypoint-heatmap', sigma: 1 }, values));
    expect(lossOf(kind, values)).toBeCloseTo(squares / 2 / (3 * side * side), 12);
  });

  it('are found at the hottest cell, a quarter of a cell towards the hotter neighbour', () => {
    const values = [
      ...map({ [at(3, 2)]: 1, [at(4, 2)]: 0.5 }),
      ...map({ [at(5, 6)]: 1, [at(5, 5)]: 0.2 }),
      ...map({}),
    ];
    const picture = kindIn(situation({ loss: 'keypoint-heatmap' }, values)).draw(0, [
      Float64Array.from(values),
    ]);
    expect(picture).toMatchObject({
      kind: 'points',
      predicted: [{ index: 0, x: 13, y: 8, score: 1 }, { index: 1, x: 20, y: 23, score: 1 }, { index: 2 }],
      truth: [
        { index: 0, x: 12, y: 8 },
        { index: 1, x: 20, y: 24 },
      ],
    });
  });
});

describe('figures of keypoints', () => {
  /** The first is right, the second a cell (4 pixels) off; the box around both is 8×16 pixels. */
  const values = [...map({ [at(3, 2)]: 1 }), ...map({ [at(6, 6)]: 1 }), ...map({})];
  const of = (metric: string) => {
    const one = situation({ loss: 'keypoint-heatmap', metric }, values);
    return measured(kindIn(one), one.outputs, 1);
  };

  it('PCK counts what is within a fifth of the longer side', () => {
    expect(of('PCK')).toBe(1 / 2);
  });

  it('OKS falls with the square of the distance over the area', () => {
    expect(of('OKS')).toBeCloseTo((1 + Math.exp(-16 / (2 * 8 * 16 * 0.1 ** 2))) / 2, 12);
  });
});

it('refuses outputs that are no maps of the keypoints, in a sentence', () => {
  const outputs = [{ sample: [2, side, side], values: map({}).concat(map({})) }];
  expect(() => kindIn({ ...situation({ loss: 'keypoint-heatmap' }, []), outputs })).toThrow(
    'a sample of it is 2×8×8, which is not one map for each of 3 keypoints.',
  );
});
