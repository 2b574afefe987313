import { expect, it } from 'vitest';
import type { CalibrationSet, NamedArray } from '../calibration/calibration';
import { movesAsBoxes, staysAsItIs } from '../engine/train';
import type { TaskSpec } from '../tasks/task';
import { augmentationFor } from './augmentation';

const array = (name: string, ...shape: number[]): readonly [string, NamedArray] => [
  name,
  { name, dtype: 'int32', shape: [2, ...shape], data: new Int32Array(shape.reduce((a, b) => a * b, 2)) },
];
const train: CalibrationSet = {
  count: 2,
  sampleShape: [3, 16, 32],
  input: new Float32Array(2 * 3 * 16 * 32),
  arrays: new Map([
    array('class'),
    array('map', 8, 16),
    array('odd', 7, 9),
    array('boxes', 5, 4),
    array('classes', 5),
    array('normals', 16, 32, 3),
  ]),
};
const plan = (flip: number, ...tasks: TaskSpec[]) =>
  augmentationFor({ flip, shift: 1 }, { train, files: ['train.npz', 'train.npz'] }, tasks);
const task = (loss: TaskSpec['loss'], ...labels: string[]): TaskSpec => ({
  name: 't',
  loss,
  output: 'y',
  labels,
});

it('moves maps and boxes with the image, and leaves classes alone', () => {
  const found = plan(
    0.5,
    task('cross-entropy', 'class'),
    task('cross-entropy', 'map'),
    task('centernet-heat', 'boxes', 'classes'),
  );
  expect(found?.rows).toBe(1);
  expect(found?.labels?.get('class')).toBe(staysAsItIs);
  expect(found?.labels?.get('classes')).toBe(staysAsItIs);
  expect(found?.labels?.get('boxes')).toBe(movesAsBoxes);
  const map = found?.labels?.get('map');
  const row = Int32Array.from({ length: 128 }, (_, i) => i % 16);
  const mirrored = { mirrored: true, left: 0, top: 0, scale: 1 };
  const moved = map?.({ data: row, shape: [8, 16] }, mirrored, [16, 32]) ?? [];
  expect(Array.from(moved).slice(0, 3)).toEqual([15, 14, 13]);
});

it('is nothing where nothing moves', () => {
  expect(augmentationFor({}, { train, files: ['a', 'b'] }, [task('cross-entropy', 'odd')])).toBeNull();
});

it('names labels that cannot follow', () => {
  expect(() => plan(0, task('cross-entropy', 'odd'))).toThrow(
    'train.npz, task "t", labels "odd": they cannot follow the pictures',
  );
  expect(() => plan(0.5, task('normals-cosine', 'normals'))).toThrow('labels "normals"');
  expect(plan(0, task('normals-cosine', 'normals'))).not.toBeNull();
});
