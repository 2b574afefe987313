import { encode, type IndexedColors } from 'fast-png';
import jpeg from 'jpeg-js';
import type { NamedBytes } from '../../util/files';

interface PngOptions {
  readonly channels?: 1 | 2 | 3 | 4;
  readonly depth?: 1 | 2 | 4 | 8 | 16;
  readonly palette?: IndexedColors;
  readonly interlace?: 'null' | 'Adam7';
}

/** A PNG of the numbers as they are stored: height × width × channels; less than 8 bits are packed already. */
export function png(
  name: string,
  width: number,
  height: number,
  data: readonly number[],
  { channels = 1, depth = 8, palette, interlace = 'null' }: PngOptions = {},
): NamedBytes {
  const stored = depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data);
  const picture = { width, height, channels, depth, data: stored, ...(palette ? { palette } : {}) };
  return { name, bytes: encode(picture, { interlace }) };
}

/** A PNG in one colour. */
export function plainPng(name: string, width: number, height: number, colour: readonly number[]): NamedBytes {
  const data = Array.from({ length: width * height }, () => colour).flat();
  return png(name, width, height, data, { channels: 3 });
}

export function plainJpeg(
  name: string,
  width: number,
  height: number,
  colour: readonly number[],
): NamedBytes {
  const data = Uint8Array.from(Array.from({ length: width * height }, () => [...colour, 255]).flat());
  return { name, bytes: new Uint8Array(jpeg.encode({ width, height, data }, 100).data) };
}

export const textFile = (name: string, text: string): NamedBytes => ({
  name,
  bytes: new TextEncoder().encode(text),
});

export const jsonFile = (name: string, value: unknown): NamedBytes => textFile(name, JSON.stringify(value));
