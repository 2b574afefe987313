import { decode, type DecodedPng } from 'fast-png';
import { InputError } from '../util/errors';
import type { NamedBytes } from '../util/files';
import { imageHeader } from './header';
import { pixelChunks } from './png-chunks';
import { maxPixels, type LabelMap, type Raster } from './raster';

/** A PNG in colours or grey; 16 bits become 8, a palette its colours. @throws InputError */
export function decodePng(file: NamedBytes): Raster {
  const png = read(file);
  const { width, height, channels, palette } = png;
  const samples = unpacked(png);
  if (palette) return { width, height, ...coloured(samples, palette, file.name) };
  const largest = 2 ** png.depth - 1;
  const data = Uint8Array.from(samples, (value) =>
    png.depth === 16 ? value >> 8 : Math.round((value * 255) / largest),
  );
  return { width, height, channels, data };
}

/**
 * A PNG's own numbers: palette indices, or grey levels of 1 to 16 bits.
 * @throws InputError also for pictures in colours
 */
export function decodeLabelMap(file: NamedBytes): LabelMap {
  const png = read(file);
  if (png.channels > 2) {
    throw new InputError({
      file: file.name,
      problem: 'it is in colours, so that its pixels are no numbers.',
      advice:
        'Save it as a PNG in grey or with a palette, with the class or the depth as the value of a pixel.',
    });
  }
  const { width, height, channels } = png;
  const data = unpacked(png);
  return { width, height, data: channels === 1 ? data : data.filter((_, i) => i % channels === 0) };
}

function read({ name, bytes }: NamedBytes): DecodedPng {
  const header = imageHeader(bytes);
  if (header?.format !== 'png') throw damaged(name, 'it is no PNG');
  if (header.width * header.height > maxPixels) throw tooManyPixels(name, header);
  try {
    return decode(pixelChunks(bytes, scanlineBytes(bytes, header)));
  } catch (error) {
    throw damaged(name, error instanceof Error ? error.message : String(error));
  }
}

const channelCounts: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Bytes of all scanlines with their filter bytes; of the seven passes of an interlaced picture. */
function scanlineBytes(
  bytes: Uint8Array,
  { width, height, depth }: { width: number; height: number; depth: number },
) {
  const channels = channelCounts[bytes[25] ?? 1];
  if (channels === undefined) throw new Error('its kind of colours is not known');
  const passBytes = (w: number, h: number) => (w > 0 ? h * (1 + Math.ceil((w * channels * depth) / 8)) : 0);
  if (bytes[28] !== 1) return passBytes(width, height);
  if (depth < 8) throw new Error('it is interlaced with less than 8 bits');
  return adam7.reduce(
    (sum, { x, y, dx, dy }) =>
      sum + passBytes(Math.ceil((width - x) / dx), Math.max(0, Math.ceil((height - y) / dy))),
    0,
  );
}

/** https://www.w3.org/TR/png-3/#8Interlace */
const adam7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

/** One number for each sample: less than 8 bits are stored several to a byte, each line starting anew. */
function unpacked({ width, height, channels, depth, data }: DecodedPng): Uint8Array | Uint16Array {
  if (data instanceof Uint16Array) return data;
  if (depth === 8) return Uint8Array.from(data);
  const line = Math.ceil((width * channels * depth) / 8);
  const perByte = 8 / depth;
  const mask = 2 ** depth - 1;
  const samples = new Uint8Array(width * height * channels);
  for (let i = 0; i < samples.length; i++) {
    const column = i % (width * channels);
    const byte = data[Math.floor(i / (width * channels)) * line + Math.floor(column / perByte)] ?? 0;
    samples[i] = (byte >> (8 - depth * ((column % perByte) + 1))) & mask;
  }
  return samples;
}

function coloured(
  indices: Uint8Array | Uint16Array,
  palette: readonly (readonly number[])[],
  file: string,
): Pick<Raster, 'channels' | 'data'> {
  const data = new Uint8Array(indices.length * 3);
  indices.forEach((index, i) => {
    const colour = palette[index];
    if (!colour) throw damaged(file, `its palette has no colour ${index}`);
    data.set(colour.slice(0, 3), i * 3);
  });
  return { channels: 3, data };
}

export function damaged(file: string, why: string): InputError {
  return new InputError({
    file,
    problem: `the picture cannot be decoded (${why}).`,
    advice: 'Save or download it again, or leave it out.',
  });
}

export function tooManyPixels(
  file: string,
  { width, height }: { width: number; height: number },
): InputError {
  return new InputError({
    file,
    problem: `${width}×${height} pixels are too many.`,
    advice: 'Scale it down: a network sees a few hundred in each direction.',
  });
}
