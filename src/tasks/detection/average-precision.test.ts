import { describe, expect, it } from 'vitest';
import { averagePrecision } from './average-precision';
import type { Box, Detection } from './box';
import type { TrueBox } from './truth';

const square = (x: number, y = 0, side = 10): Box => [x, y, x + side, y + side];
const object = (box: Box, label = 0, crowd = false): TrueBox => ({ box, class: label, crowd });
const found = (score: number, box: Box, label = 0): Detection => ({ score, box, class: label });

/** The metric over images of true and found boxes. */
function measure(
  images: readonly { readonly truth: readonly TrueBox[]; readonly found: readonly Detection[] }[],
  name = 'mAP@.5',
): number {
  const metric = averagePrecision(
    name,
    (sample) => images[sample]?.truth ?? [],
    ([sample]) => images[sample?.[0] ?? -1]?.found ?? [],
  );
  if (metric.merge !== 'concat') throw new Error('Records were expected.');
  const records = images.flatMap((_, sample) => [...metric.records(sample, [Float64Array.of(sample)])]);
  return metric.value(Float64Array.from(records));
}

describe('mean average precision by COCO rules', () => {
  it('averages the best precision from each recall on, at 101 recalls', () => {
    // By falling score right, wrong, right, of 4 objects: precision 1 up to recall .25, 2/3 up to .5, 0 beyond.
    const truth = [0, 20, 40, 60].map((x) => object(square(x)));
    const image = {
      truth,
      found: [found(0.9, square(0)), found(0.8, square(100)), found(0.7, square(20))],
    };
    expect(measure([image])).toBeCloseTo((26 * 1 + 25 * (2 / 3)) / 101, 12);
  });

  it('ranks the detections of all images together', () => {
    const images = [
      { truth: [object(square(0))], found: [found(0.5, square(0))] },
      { truth: [object(square(0))], found: [found(0.6, square(50)), found(0.4, square(0))] },
    ];
    // Wrong, right, right: precisions 0, 1/2, 2/3; the best from recall .5 on is 2/3 throughout.
    expect(measure(images)).toBeCloseTo(2 / 3, 12);
  });

  it('finds an object once: the second detection of it is wrong', () => {
    const truth = [object(square(0)), object(square(30))];
    const twice = [found(0.9, square(0)), found(0.8, square(0.5)), found(0.7, square(30))];
    expect(measure([{ truth, found: twice }])).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
  });

  it('averages over the classes that have objects', () => {
    const truth = [object(square(0), 0), object(square(30), 2)];
    const detections = [found(0.9, square(0), 0), found(0.9, square(30), 1)];
    expect(measure([{ truth, found: detections }])).toBe(0.5);
  });

  it('averages over IoU .5, .55 … .95', () => {
    // 10×10 against 10×8: IoU .8, right at .5 to .8, which are 7 of 10.
    const image = { truth: [object([0, 0, 10, 10])], found: [found(0.9, [0, 0, 10, 8])] };
    expect(measure([image], 'mAP')).toBeCloseTo(0.7, 12);
    expect(measure([image])).toBe(1);
  });

  it('takes detections on a crowd as neither right nor wrong', () => {
    const truth = [object(square(0)), object([40, 0, 100, 60], 0, true)];
    const detections = [found(0.9, square(50)), found(0.8, square(60)), found(0.7, square(0))];
    expect(measure([{ truth, found: detections }])).toBe(1);
  });

  it('counts the 100 best detections of an image', () => {
    const wrong = Array.from({ length: 100 }, (_, i) => found(0.9, square(1000 + 20 * i)));
    const right = found(0.5, square(0));
    expect(measure([{ truth: [object(square(0))], found: [...wrong, right] }])).toBe(0);
    expect(measure([{ truth: [object(square(0))], found: [...wrong.slice(1), right] }])).toBeCloseTo(
      1 / 100,
      12,
    );
  });
});
