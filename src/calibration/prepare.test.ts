import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../graph/graph';
import type { CalibrationFile, CalibrationSpec, NamedArray } from './calibration';
import { prepareCalibration } from './prepare';

const spec: CalibrationSpec = {
  file: 'calibration.npz',
  input: 'x',
  layout: 'NHWC',
  scale: 1,
  mean: [0],
  std: [1],
  limit: null,
};

const modelInput = (...sample: number[]): Value => ({ id: 'x', name: 'x', shape: [null, ...sample] });

function set(...arrays: NamedArray[]): CalibrationFile {
  return { file: 'calibration.npz', arrays: new Map(arrays.map((array) => [array.name, array])) };
}

function counting(name: string, ...shape: number[]): NamedArray {
  const length = shape.reduce((product, n) => product * n, 1);
  return { name, dtype: 'float32', shape, data: Float32Array.from({ length }, (_, i) => i) };
}

describe('prepareCalibration', () => {
  it('moves channels to the front for a model that wants them there', () => {
    const { input, sampleShape } = prepareCalibration(
      set(counting('x', 1, 2, 2, 3)),
      spec,
      modelInput(3, 2, 2),
    );
    expect(sampleShape).toEqual([3, 2, 2]);
    expect([...input.subarray(0, input.length)]).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
  });

  it('undoes itself from NHWC to NCHW and back', () => {
    const length = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(length, length, length, length, (n, h, w, c) => {
        const there = prepareCalibration(set(counting('x', n, h, w, c)), spec, modelInput(c, h, w), {
          modelLayout: 'NCHW',
        });
        const moved: NamedArray = {
          name: 'x',
          dtype: 'float32',
          shape: [n, c, h, w],
          data: there.input.subarray(0, Infinity),
        };
        const back = prepareCalibration(set(moved), { ...spec, layout: 'NCHW' }, modelInput(h, w, c), {
          modelLayout: 'NHWC',
        });
        expect(back.input.subarray(0, Infinity)).toEqual(counting('x', n, h, w, c).data);
      }),
    );
  });

  it('scales first, then normalises each channel', () => {
    const normalised = { ...spec, scale: 0.5, mean: [0, 1], std: [1, 2] };
    const { input } = prepareCalibration(set(counting('x', 1, 1, 2, 2)), normalised, modelInput(1, 2, 2));
    expect([...input.subarray(0, input.length)]).toEqual([0, (0.5 - 1) / 2, 1, (1.5 - 1) / 2]);
  });

  it('gives grey images a channel axis on either side', () => {
    const grey = set(counting('x', 1, 2, 3));
    expect(prepareCalibration(grey, spec, modelInput(1, 2, 3)).input).toEqual(
      Float32Array.of(0, 1, 2, 3, 4, 5),
    );
    expect(prepareCalibration(grey, spec, modelInput(2, 3, 1)).sampleShape).toEqual([2, 3, 1]);
  });

  it('flattens for a dense model', () => {
    expect(prepareCalibration(set(counting('x', 2, 2, 3)), spec, modelInput(6)).sampleShape).toEqual([6]);
  });

  it('keeps the first samples of every array', () => {
    const prepared = prepareCalibration(
      set(counting('x', 5, 2, 2), counting('label', 5)),
      { ...spec, limit: 2 },
      modelInput(1, 2, 2),
    );
    expect(prepared.count).toBe(2);
    expect(prepared.input.length).toBe(8);
    expect(prepared.arrays.get('label')).toMatchObject({ shape: [2], data: Float32Array.of(0, 1) });
  });

  it('leaves out arrays of another length when no task uses them', () => {
    const file = set(counting('x', 5, 2, 2), counting('names', 3));
    const prepared = prepareCalibration(file, spec, modelInput(1, 2, 2), { arrays: [] });
    expect([...prepared.arrays.keys()]).toEqual(['x']);
    expect(() => prepareCalibration(file, spec, modelInput(1, 2, 2))).toThrow(
      'array "names": it has 3 samples, but "x" has 5.',
    );
  });

  it('says which images came and which are wanted', () => {
    expect(() => prepareCalibration(set(counting('x', 2, 28, 28, 1)), spec, modelInput(1, 36, 36))).toThrow(
      'calibration.npz, array "x": 28×28×1 images (NHWC), but the model\'s input "x" wants 1×36×36. Resize the images',
    );
  });

  it.each([
    ['a missing array', { input: 'y' }, /no array "y"\. Choose the images among "x"/],
    ['a limit of nothing', { limit: 0 }, /limit: 0 is not a number of samples/],
    ['two means for one channel', { mean: [0, 0] }, /mean: 2 values for 1 channel\./],
    ['a std of zero', { std: [0] }, /std not zero/],
    ['an infinite scale', { scale: Infinity }, /must be finite/],
  ])('refuses %s', (_, change, message) => {
    const file = set(counting('x', 1, 2, 2, 1));
    expect(() => prepareCalibration(file, { ...spec, ...change }, modelInput(1, 2, 2))).toThrow(message);
  });

  it('refuses no samples and samples with NaN', () => {
    const withNaN = counting('x', 3, 2, 2);
    withNaN.data[9] = NaN;
    expect(() => prepareCalibration(set(counting('x', 0, 2, 2)), spec, modelInput(1, 2, 2))).toThrow(
      /holds no samples \(0×2×2\)/,
    );
    expect(() => prepareCalibration(set(withNaN), spec, modelInput(1, 2, 2))).toThrow(/sample 2 .* NaN/);
  });
});
