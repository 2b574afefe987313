import type { ImageTarget } from '../../images/fit';
import { InputError } from '../../util/errors';
import type { NamedArray } from '../calibration';
import type { PlacedObjects } from './place-objects';

const mostObjects = 1000;

/** Objects as arrays; those of a picture that has fewer than another are filled up with class −1. */
export function objectArrays(
  samples: readonly PlacedObjects[],
  target: ImageTarget,
  file: string,
): NamedArray[] {
  const count = samples.length;
  const most = samples.reduce((max, { boxes }) => Math.max(max, boxes.length), 1);
  if (most > mostObjects) {
    throw new InputError({
      file,
      problem: `one of its pictures has ${most} objects.`,
      advice: `At most ${mostObjects} can be used: leave that picture out.`,
    });
  }
  const boxes = new Float32Array(count * most * 4);
  const classes = new Int32Array(count * most).fill(-1);
  samples.forEach((sample, n) =>
    sample.boxes.forEach(({ category, corners }, m) => {
      classes[n * most + m] = category;
      boxes.set(corners, (n * most + m) * 4);
    }),
  );
  return [
    { name: 'boxes', dtype: 'float32', shape: [count, most, 4], data: boxes },
    { name: 'classes', dtype: 'int32', shape: [count, most], data: classes },
    ...keypointArray(samples, most),
    ...maskArray(samples, target),
  ];
}

function keypointArray(samples: readonly PlacedObjects[], most: number): NamedArray[] {
  const lengths = samples.flatMap(({ boxes }) => boxes.map(({ keypoints }) => keypoints?.length ?? 0));
  const length = lengths.reduce((max, one) => Math.max(max, one), 0);
  if (length === 0) return [];
  const data = new Float32Array(samples.length * most * length);
  samples.forEach(({ boxes }, n) =>
    boxes.forEach(({ keypoints }, m) => data.set(keypoints ?? [], (n * most + m) * length)),
  );
  return [{ name: 'keypoints', dtype: 'float32', shape: [samples.length, most, length / 3, 3], data }];
}

function maskArray(samples: readonly PlacedObjects[], { width, height }: ImageTarget): NamedArray[] {
  if (samples.some(({ mask }) => mask === null)) return [];
  const data = new Uint8Array(samples.length * width * height);
  samples.forEach(({ mask }, n) => mask && data.set(mask, n * width * height));
  return [{ name: 'mask', dtype: 'uint8', shape: [samples.length, height, width], data }];
}
