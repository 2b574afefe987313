import { zlibSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../util/errors';
import { imageHeader } from './header';
import { decodeLabelMap, decodePng } from './png';
import { png } from './testing/pictures';

describe('decodePng', () => {
  it('gives colours as they are stored, interlaced or not', () => {
    const data = Array.from({ length: 5 * 3 * 3 }, (_, i) => (i * 37) % 256);
    for (const interlace of ['null', 'Adam7'] as const) {
      const picture = decodePng(png('a.png', 5, 3, data, { channels: 3, interlace }));
      expect(picture).toEqual({ width: 5, height: 3, channels: 3, data: Uint8Array.from(data) });
    }
  });

  it('makes 8 bits of 16 and of 1', () => {
    expect([...decodePng(png('a.png', 2, 1, [0xff00, 0x12ff], { depth: 16 })).data]).toEqual([0xff, 0x12]);
    expect([...decodePng(png('a.png', 3, 2, [0b10100000, 0b01000000], { depth: 1 })).data]).toEqual([
      255, 0, 255, 0, 255, 0,
    ]);
  });

  it('looks colours up in a palette', () => {
    const palette = [
      [10, 20, 30],
      [40, 50, 60],
    ];
    expect([...decodePng(png('a.png', 2, 1, [1, 0], { palette })).data]).toEqual([40, 50, 60, 10, 20, 30]);
    expect(() => decodePng(png('a.png', 1, 1, [2], { palette }))).toThrow(/its palette has no colour 2/);
  });
});

describe('decodeLabelMap', () => {
  it('gives 16-bit numbers and palette indices exactly', () => {
    expect([...decodeLabelMap(png('d.png', 2, 1, [40_001, 3], { depth: 16 })).data]).toEqual([40_001, 3]);
    const palette = [
      [0, 0, 0],
      [128, 0, 0],
    ];
    expect([...decodeLabelMap(png('m.png', 2, 1, [1, 0], { palette })).data]).toEqual([1, 0]);
    expect([...decodeLabelMap(png('m.png', 3, 1, [0b01101100], { depth: 2 })).data]).toEqual([1, 2, 3]);
  });

  it('refuses colours, which are no numbers', () => {
    expect(() => decodeLabelMap(png('m.png', 1, 1, [1, 2, 3], { channels: 3 }))).toThrow(
      /^m\.png: it is in colours.*Save it as a PNG in grey/,
    );
  });
});

describe('pictures that lie', () => {
  const honest = png('a.png', 4, 4, Array<number>(16).fill(7)).bytes;

  it('of a size beyond bounds, are refused by their headers', () => {
    const huge = honest.slice();
    new DataView(huge.buffer).setUint32(16, 2 ** 31);
    expect(() => decodePng({ name: 'huge.png', bytes: huge })).toThrow(
      /^huge\.png: 2147483648×4 pixels are too many/,
    );
  });

  it('that unpack to more than they declare, are refused before that', () => {
    const packed = zlibSync(new Uint8Array(5_000_000));
    const bytes = new Uint8Array([...honest.subarray(0, 33), ...chunk('IDAT', packed), ...chunk('IEND', [])]);
    expect(() => decodePng({ name: 'bomb.png', bytes })).toThrow(/unpacks to more pixels than it declares/);
  });

  it('or are cut short', () => {
    expect(() => decodePng({ name: 'cut.png', bytes: honest.subarray(0, honest.length - 14) })).toThrow(
      /^cut\.png: the picture cannot be decoded \(.*\)\. Save or download it again/,
    );
    expect(imageHeader(honest.subarray(0, 20))).toBeNull();
  });

  it('or are damaged anyhow, give a picture or an InputError', () => {
    const change = fc.tuple(fc.nat(honest.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = honest.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const { width, height, channels, data } = decodePng({ name: 'a.png', bytes });
          expect(data.length).toBe(width * height * channels);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** A chunk without its check sum, which is not looked at. */
function chunk(type: string, data: ArrayLike<number>): number[] {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, data.length);
  return [...length, ...new TextEncoder().encode(type), ...Array.from(data), 0, 0, 0, 0];
}
