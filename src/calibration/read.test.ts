import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readCalibration, writeNpz } from '.';
import { writeNpy } from './write-npz';

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 3);

describe('readCalibration', () => {
  it('makes one set of IDX images and labels, gzipped or not', () => {
    const set = readCalibration([
      { name: 'mnist/t10k-images-idx3-ubyte.gz', bytes: gzipSync(images) },
      { name: 'mnist/t10k-labels-idx1-ubyte', bytes: labels },
    ]);
    expect(set.file).toBe('t10k-images-idx3-ubyte.gz + t10k-labels-idx1-ubyte');
    expect(set.arrays.get('images')).toMatchObject({ shape: [2, 1, 2], data: Uint8Array.of(10, 20, 30, 40) });
    expect(set.arrays.get('labels')).toMatchObject({ shape: [2], data: Uint8Array.of(7, 3) });
  });

  it('adds a .npy file by its name to the arrays of a .npz', () => {
    const x = { name: 'x', dtype: 'uint8', shape: [1], data: Uint8Array.of(1) } as const;
    const set = readCalibration([
      { name: 'set.npz', bytes: writeNpz([x]) },
      { name: 'extra.npy', bytes: writeNpy(x) },
    ]);
    expect([...set.arrays.keys()]).toEqual(['x', 'extra']);
  });

  it('puts batches of CIFAR one after the other', () => {
    const batch = (label: number) =>
      Uint8Array.from({ length: 10 * 3073 }, (_, i) => (i % 3073 === 0 ? label : i % 251));
    const set = readCalibration([
      { name: 'data_batch_1.bin', bytes: batch(3) },
      { name: 'data_batch_2.bin', bytes: batch(9) },
    ]);
    expect(set.arrays.get('images')?.shape).toEqual([20, 3, 32, 32]);
    expect([...(set.arrays.get('images')?.data.subarray(0, 3) ?? [])]).toEqual([1, 2, 3]);
    expect(set.arrays.get('class')?.data).toEqual(new Uint8Array(20).fill(3, 0, 10).fill(9, 10));
    expect(set.classNames?.get('class')?.[9]).toBe('truck');
  });

  it.each([
    ['nothing', [], /no file to read/],
    [
      'other files',
      [{ name: 'a/photo.jpg', bytes: Uint8Array.of(255, 216) }],
      /^photo\.jpg: this is neither/,
    ],
    [
      'two arrays of one name',
      [
        { name: 'a', bytes: labels },
        { name: 'b', bytes: labels },
      ],
      /two arrays/,
    ],
    ['a cut file', [{ name: 'a', bytes: images.subarray(0, 18) }], /2×1×2 numbers but ends after 18 bytes/],
    ['a cut gzip', [{ name: 'a', bytes: gzipSync(images).subarray(0, 15) }], /^a: /],
    ['a gzip that lies', [{ name: 'a', bytes: lie(gzipSync(images)) }], /out of bounds/],
  ])('refuses %s', (_, files, message) => {
    expect(() => readCalibration(files)).toThrow(message);
  });
});

/** Claims an unpacked size of 4 GiB. */
function lie(gzip: Uint8Array): Uint8Array {
  return gzip.fill(255, gzip.length - 4);
}
