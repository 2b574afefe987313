import type { DemoSet } from '../measure';
import type { Rooms } from './data';
import { canvas } from './render';

/** Rooms as a calibration file. Depths are rounded to 1/128 m and normals to 1/128, so that they compress. */
export function roomsSet({ count, image, segments, depth, normals, edges }: Rooms): DemoSet {
  const map = [count, canvas, canvas];
  const coarse = (values: Float32Array) => values.map((value) => Math.round(value * 128) / 128);
  return {
    count,
    x: { name: 'x', dtype: 'uint8', shape: [...map, 3], data: image },
    labels: [
      { name: 'segments', dtype: 'uint8', shape: map, data: segments },
      { name: 'depth', dtype: 'float32', shape: map, data: coarse(depth) },
      { name: 'normals', dtype: 'float32', shape: [...map, 3], data: coarse(normals) },
      { name: 'edges', dtype: 'uint8', shape: map, data: edges },
    ],
  };
}
