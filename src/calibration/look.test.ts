import { describe, expect, it } from 'vitest';
import type { CalibrationFile, CalibrationSpec, NamedArray } from './calibration';
import { lookAtSamples } from './look';

const arrays: NamedArray[] = [
  {
    name: 'image',
    dtype: 'uint8',
    shape: [2, 4, 4, 1],
    data: Uint8Array.from({ length: 32 }, (_, i) => i * 8),
  },
  { name: 'class', dtype: 'int32', shape: [2], data: Int32Array.of(1, 0) },
  { name: 'boxes', dtype: 'float32', shape: [2, 2, 4], data: new Float32Array(16).fill(2, 4, 8) },
  { name: 'classes', dtype: 'int32', shape: [2, 2], data: Int32Array.of(-1, 0, -1, -1) },
  { name: 'mask', dtype: 'uint8', shape: [2, 4, 4], data: new Uint8Array(32).fill(3) },
  { name: 'keypoints', dtype: 'float32', shape: [2, 1, 1, 3], data: Float32Array.of(1, 2, 2, 0, 0, 0) },
];
const file: CalibrationFile = {
  file: 'set',
  arrays: new Map(arrays.map((array) => [array.name, array])),
  classNames: new Map([
    ['class', ['cat', 'dog']],
    ['classes', ['car']],
  ]),
  sampleNames: ['a.png', 'b.png'],
};
const spec: CalibrationSpec = {
  file: 'set',
  input: 'image',
  layout: 'NHWC',
  scale: 1 / 255,
  mean: [0.5],
  std: [0.5],
  limit: null,
};
const model = { input: { id: 'x', name: 'x', shape: [null, 1, 4, 4] }, layout: 'NCHW' } as const;

describe('lookAtSamples', () => {
  it('shows pictures as they were stored, with their labels by name', () => {
    const { total, samples } = lookAtSamples(file, spec, model, { first: 0, count: 5 });
    expect(total).toBe(2);
    expect(samples[0]).toMatchObject({
      name: 'a.png',
      labels: [{ array: 'class', label: 'dog' }],
      boxes: [{ corners: [2, 2, 2, 2], label: 'car' }],
      points: [[1, 2]],
      maps: [{ array: 'mask', kind: 'classes', width: 4, height: 4 }],
    });
    expect([...(samples[0]?.image?.rgba.subarray(4, 8) ?? [])]).toEqual([8, 8, 8, 255]);
    expect(samples[1]).toMatchObject({ labels: [{ label: 'cat' }], boxes: [], points: [] });
  });

  it('says which numbers the network gets', () => {
    const { range } = lookAtSamples(file, spec, model, { first: 0, count: 1 });
    expect(range?.min).toBe(-1);
    expect(range?.max).toBeCloseTo((120 / 255) * 2 - 1);
  });

  it('refuses what does not fit the model', () => {
    const other = { ...model, input: { ...model.input, shape: [null, 3, 4, 4] } };
    expect(() => lookAtSamples(file, spec, other, { first: 0, count: 1 })).toThrow('wants 3×4×4');
  });
});
