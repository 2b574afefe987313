import type { DemoSet } from '../measure';
import { canvas, type Scenes } from './scenes';

/** Scenes as a calibration file: boxes as x1, y1, x2, y2 in pixels, filled up with objects of class −1. */
export function detectorSet({ count, images, segments, boxes }: Scenes): DemoSet {
  const most = Math.max(...boxes.map(({ length }) => length));
  const corners = new Uint8Array(count * most * 4);
  const digits = new Int8Array(count * most).fill(-1);
  boxes.forEach((inScene, scene) =>
    inScene.forEach(({ digit, left, top, right, bottom }, index) => {
      const at = scene * most + index;
      corners.set([left, top, right, bottom], at * 4);
      digits[at] = digit;
    }),
  );
  return {
    count,
    x: { name: 'x', dtype: 'uint8', shape: [count, canvas, canvas, 1], data: images },
    labels: [
      { name: 'boxes', dtype: 'uint8', shape: [count, most, 4], data: corners },
      { name: 'digits', dtype: 'int8', shape: [count, most], data: digits },
      { name: 'segments', dtype: 'uint8', shape: [count, canvas, canvas], data: segments },
    ],
  };
}
