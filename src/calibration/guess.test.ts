import { describe, expect, it } from 'vitest';
import type { Graph } from '../graph/graph';
import type { CalibrationFile, NamedArray } from './calibration';
import { guessCalibration } from './guess';

const modelOf = (...sample: number[]): Graph => ({
  inputs: [{ id: 'in', name: 'in', shape: [null, ...sample] }],
  outputs: [],
  nodes: [],
  values: new Map(),
  params: new Map(),
});

function zeros(name: string, dtype: 'uint8' | 'float32', ...shape: number[]): NamedArray {
  const length = shape.reduce((product, n) => product * n, 1);
  return { name, dtype, shape, data: dtype === 'uint8' ? new Uint8Array(length) : new Float32Array(length) };
}

function set(...arrays: NamedArray[]): CalibrationFile {
  return { file: 'set.npz', arrays: new Map(arrays.map((array) => [array.name, array])) };
}

describe('guessCalibration', () => {
  it('takes the images, not the larger target maps or the labels', () => {
    const file = set(
      zeros('heat', 'float32', 4, 8, 8, 10),
      zeros('x', 'uint8', 4, 8, 8, 3),
      zeros('y', 'uint8', 4),
    );
    expect(guessCalibration(file, modelOf(3, 8, 8))).toEqual({
      file: 'set.npz',
      input: 'x',
      layout: 'NHWC',
      scale: 1 / 255,
      mean: [0],
      std: [1],
      limit: null,
    });
  });

  it('sees channels-first images, takes floats as they are, and not more than 512', () => {
    const guess = guessCalibration(set(zeros('x', 'float32', 600, 3, 8, 8)), modelOf(8, 8, 3));
    expect(guess).toMatchObject({ layout: 'NCHW', scale: 1, limit: 512 });
  });

  it('falls back on the largest array, so that preparing it can say what is wrong', () => {
    expect(guessCalibration(set(zeros('x', 'uint8', 4, 5, 5)), modelOf(3, 8, 8)).input).toBe('x');
  });

  it('asks for images when there are none', () => {
    expect(() => guessCalibration(set(zeros('y', 'uint8', 4)), modelOf(3, 8, 8))).toThrow(
      /none of its arrays/,
    );
  });
});
