import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenBytes } from '../testing/golden';
import type { NamedArray } from './calibration';
import { readNpy } from './npy';
import { readNpz } from './npz';
import { writeNpy, writeNpz } from './write-npz';

/** A `.npy` file with the header given, as numpy would write it. */
function npy(header: string, body: ArrayLike<number>, version = 1): Uint8Array {
  const length = version === 1 ? [header.length, 0] : [header.length, 0, 0, 0];
  const text = new TextEncoder().encode(header);
  return Uint8Array.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    version,
    0,
    ...length,
    ...text,
    ...Array.from(body),
  ]);
}

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

const typedArrays = {
  uint8: (values: number[]) => Uint8Array.from(values),
  int8: (values: number[]) => Int8Array.from(values),
  int16: (values: number[]) => Int16Array.from(values),
  int32: (values: number[]) => Int32Array.from(values),
  int64: (values: number[]) => Float64Array.from(values),
  float32: (values: number[]) => Float32Array.from(values),
  float64: (values: number[]) => Float64Array.from(values),
  bool: (values: number[]) => Uint8Array.from(values, (value) => value & 1),
};

const dtypes: fc.Arbitrary<keyof typeof typedArrays> = fc.constantFrom(
  'uint8',
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'bool',
);

const arbitraryArray = fc
  .record({
    dtype: dtypes,
    name: fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
  })
  .chain(({ dtype, name, shape }) => {
    const length = shape.reduce((product, n) => product * n, 1);
    return fc
      .array(fc.integer({ min: -1000, max: 1000 }), { minLength: length, maxLength: length })
      .map((values): NamedArray => ({ dtype, name, shape, data: typedArrays[dtype](values) }));
  });

describe('npz', () => {
  it('gives back every array it wrote', () => {
    const sets = fc.uniqueArray(arbitraryArray, { selector: ({ name }) => name, minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sets, (arrays) => {
        expect(readNpz(writeNpz(arrays), 'a.npz')).toEqual(arrays);
      }),
    );
  });

  it('reads what numpy wrote', () => {
    const arrays = readNpz(goldenBytes('vggmulti', 'calibration.npz'), 'calibration.npz');
    expect(arrays.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ['x', 'uint8', [256, 36, 36, 1]],
      ['left', 'uint8', [256]],
      ['right', 'uint8', [256]],
    ]);
  });

  it('refuses an archive that unpacks beyond the limit', () => {
    const zeros = { name: 'x', dtype: 'uint8', shape: [100_000], data: new Uint8Array(100_000) } as const;
    expect(() => readNpz(writeNpz([zeros]), 'bomb.npz', 50_000)).toThrow(
      /bomb\.npz: unpacked it would be larger/,
    );
  });

  it('says so when the archive is cut short or empty', () => {
    const bytes = writeNpz([{ name: 'x', dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) }]);
    expect(() => readNpz(bytes.subarray(0, 60), 'a.npz')).toThrow(/cannot be unpacked.*cut short/);
    expect(() => readNpz(writeNpz([]), 'a.npz')).toThrow(/holds no \.npy arrays/);
  });
});

describe('npy', () => {
  it.each([
    ['<f2', [0x00, 0x3c, 0x00, 0xc0], [1, -2]],
    ['>f4', [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], [1, -2]],
    ['>i2', [0, 1, 0xff, 0xfe], [1, -2]],
    ['<u2', [1, 0, 0xff, 0xff], [1, 65535]],
    ['|b1', [0, 2], [0, 1]],
  ])('reads %s', (descr, body, values) => {
    expect([...readNpy(npy(header(descr, '(2,)'), body), 'x', 'x.npy').data]).toEqual(values);
  });

  it('turns Fortran order into C order', () => {
    const array = readNpy(npy(header('|u1', '(2, 3)', 'True'), [1, 4, 2, 5, 3, 6]), 'x', 'x.npy');
    expect([...array.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([1, 2, 3])('reads version %i', (version) => {
    expect(readNpy(npy(header('|u1', '(1,)'), [7], version), 'x', 'x.npy').data[0]).toBe(7);
  });

  it.each([
    ['pickled objects', npy(header('|O', '(1,)'), [0]), /pickled Python objects/],
    ['text', npy(header('<U10', '(1,)'), [0]), /'<U10' is not a plain number/],
    ['complex numbers', npy(header('<c8', '(1,)'), [0]), /'<c8' is not a plain number/],
    ['structures', npy("{'descr': [('a', '<f4')], 'shape': (1,), }", [0]), /\(structured\)/],
    [
      'missing numbers',
      npy(header('<f4', '(2,)'), [0, 0, 0, 0]),
      /promises 2 numbers \(2\), but only 4 bytes/,
    ],
    ['absurd shapes', npy(header('|u1', '(99999999999, 99999999999)'), [0]), /cut short/],
    ['negative shapes', npy(header('|u1', '(-1,)'), [0]), /gives no shape/],
    ['half a header', npy(header('|u1', '(1,)'), [0]).subarray(0, 30), /ends within the array header/],
    ['other files', Uint8Array.of(1, 2, 3), /not a \.npy array/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'x', 'x.npy')).toThrow(message);
  });

  it('aligns its data to 64 bytes, as numpy does', () => {
    const bytes = writeNpy({ name: 'x', dtype: 'uint8', shape: [2], data: Uint8Array.of(1, 2) });
    expect(bytes.length).toBe(128 + 2);
  });
});
