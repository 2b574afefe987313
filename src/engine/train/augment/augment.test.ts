import { describe, expect, it } from 'vitest';
import type { Samples } from '../objective';
import { Random } from '../../../util/random';
import { augment } from './augment';
import { movesAsBoxes, movesAsMap, movesAsPoints, staysAsItIs, type LabelSample } from './labels';
import { moveMap } from './map';
import { drawMove, type Move } from './move';

const still: Move = { mirrored: false, left: 0, top: 0, scale: 1 };
const image = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [3, 3, 1] };
const moved = (move: Partial<Move>, { data, shape }: LabelSample = image) =>
  Array.from(moveMap(data, shape, 0, 'linear', { ...still, ...move }));

describe('an image', () => {
  it('is mirrored left to right', () => {
    expect(moved({ mirrored: true })).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
  });

  it('is shifted by whole pixels, its border repeated', () => {
    expect(moved({ left: 1 / 3 })).toEqual([2, 3, 3, 5, 6, 6, 8, 9, 9]);
    expect(moved({ top: -1 / 3 })).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6]);
  });

  it('is enlarged between its pixels', () => {
    const row = { data: Float32Array.of(0, 4), shape: [1, 2, 1] };
    expect(moved({ scale: 0.5, left: 0.25, top: 0.25 }, row)).toEqual([1, 3]);
  });

  it('may have its channels first', () => {
    const planes = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 1, 2] };
    const mirrored = moveMap(planes.data, planes.shape, 1, 'linear', { ...still, mirrored: true });
    expect(Array.from(mirrored)).toEqual([2, 1, 4, 3]);
  });
});

describe('labels are carried along', () => {
  const size = [4, 8] as const;
  const move: Move = { mirrored: true, left: 1 / 8, top: 0, scale: 1 };

  it('maps of any resolution, without mixing classes', () => {
    const map = { data: Uint8Array.of(7, 1, 2, 9), shape: [1, 4] };
    const half = movesAsMap(0, 'nearest')(map, { ...move, left: 0.25 }, size);
    expect(Array.from(half)).toEqual([9, 9, 2, 1]);
  });

  it('points', () => {
    const points = { data: Float32Array.of(3, 1, 42), shape: [1, 3] };
    expect(movesAsPoints(points, move, size)).toEqual([6, 1, 42]);
  });

  it('boxes, cut at the border', () => {
    const boxes = { data: Float32Array.of(0, 1, 3, 2, 5), shape: [1, 5] };
    expect(movesAsBoxes(boxes, move, size)).toEqual([6, 1, 8, 2, 5]);
  });

  it('or stay, as classes do', () => {
    const classes = { data: Uint8Array.of(3), shape: [1] };
    expect(staysAsItIs(classes, move, size)).toBe(classes.data);
  });

  it('together with the pixels they are about', () => {
    const random = new Random(4);
    const count = 20;
    const input = Float32Array.from({ length: count * 36 }, (_, pixel) => (pixel % 36 === 14 ? 1 : 0));
    const mark = {
      name: 'mark',
      dtype: 'uint8',
      shape: [count, 6, 6],
      data: Uint8Array.from(input),
    } as const;
    const spots = Float32Array.from({ length: count * 2 }, () => 2.5);
    const spot = { name: 'spot', dtype: 'float32', shape: [count, 2], data: spots } as const;
    const samples: Samples = {
      count,
      input,
      arrays: new Map([mark, spot].map((array) => [array.name, array])),
    };
    const labels = new Map([
      ['mark', movesAsMap(0, 'nearest')],
      ['spot', movesAsPoints],
    ]);
    const result = augment(samples, [6, 6, 1], { rows: 0, flip: 0.5, shift: 2, labels }, random);
    const places = new Set<number>();
    for (let sample = 0; sample < count; sample++) {
      const pixels = result.input.subarray(sample * 36, (sample + 1) * 36);
      const [x = 0, y = 0] = result.arrays.get('spot')?.data.subarray(sample * 2, sample * 2 + 2) ?? [];
      const at = Math.floor(y) * 6 + Math.floor(x);
      expect(pixels[at]).toBe(1);
      expect(
        Array.from(result.arrays.get('mark')?.data.subarray(sample * 36, (sample + 1) * 36) ?? []),
      ).toEqual(Array.from(pixels));
      places.add(at);
    }
    expect(places.size).toBeGreaterThan(5);
  });
});

it('a move is drawn within its limits', () => {
  const random = new Random(1);
  for (let draw = 0; draw < 200; draw++) {
    const { mirrored, left, top, scale } = drawMove({ crop: 0.8, shift: 0 }, [10, 10], random);
    expect(mirrored).toBe(false);
    expect(scale).toBeGreaterThanOrEqual(0.8);
    [left, top].forEach((start) => expect(start >= 0 && start + scale <= 1).toBe(true));
  }
});
