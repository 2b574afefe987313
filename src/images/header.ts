export interface ImageHeader {
  readonly format: 'png' | 'jpeg' | 'webp';
  readonly width: number;
  readonly height: number;
  /** Whether each pixel is one number, as in label maps: a PNG in grey or of a palette. */
  readonly single: boolean;
  /** Bits of a number; 8 for JPEG and WebP. */
  readonly depth: number;
}

const isPng = (bytes: Uint8Array): boolean =>
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
const isWebp = (bytes: Uint8Array): boolean => ascii(bytes, 0) === 'RIFF' && ascii(bytes, 8) === 'WEBP';
export const isImage = (bytes: Uint8Array): boolean => isPng(bytes) || isJpeg(bytes) || isWebp(bytes);

/** What a picture's first bytes say of it; null when they are cut short or say nothing usable. */
export function imageHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = isPng(bytes)
    ? pngHeader(view)
    : isJpeg(bytes)
      ? jpegHeader(view)
      : isWebp(bytes)
        ? webpHeader(view)
        : null;
  return header && header.width > 0 && header.height > 0 ? header : null;
}

/** https://www.w3.org/TR/png-3/#11IHDR */
function pngHeader(view: DataView): ImageHeader | null {
  if (view.byteLength < 33) return null;
  const colourType = view.getUint8(25);
  return {
    format: 'png',
    width: view.getUint32(16),
    height: view.getUint32(20),
    single: colourType === 0 || colourType === 3,
    depth: view.getUint8(24),
  };
}

/** The first frame's header (ITU-T T.81, B.2.2). */
function jpegHeader(view: DataView): ImageHeader | null {
  for (const { marker, start, length } of jpegSegments(view)) {
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (!isFrame || length < 8) continue;
    const [height, width] = [view.getUint16(start + 5), view.getUint16(start + 7)];
    return { format: 'jpeg', width, height, single: false, depth: 8 };
  }
  return null;
}

export interface JpegSegment {
  readonly marker: number;
  /** Of the marker's first byte. */
  readonly start: number;
  /** Of what follows the marker, the two bytes that say so included. */
  readonly length: number;
}

/** The segments before the first scan. */
export function* jpegSegments(view: DataView): Generator<JpegSegment> {
  let start = 2;
  while (start + 4 <= view.byteLength) {
    const marker = view.getUint8(start + 1);
    if (view.getUint8(start) !== 0xff || marker === 0xda) return;
    if (marker === 0xff) {
      start += 1;
      continue;
    }
    const length = view.getUint16(start + 2);
    if (length < 2 || start + 2 + length > view.byteLength) return;
    yield { marker, start, length };
    start += 2 + length;
  }
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function webpHeader(view: DataView): ImageHeader | null {
  if (view.byteLength < 30) return null;
  const size = (width: number, height: number): ImageHeader => ({
    format: 'webp',
    width,
    height,
    single: false,
    depth: 8,
  });
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 2 ** 16;
  switch (String.fromCharCode(view.getUint8(12), view.getUint8(13), view.getUint8(14), view.getUint8(15))) {
    case 'VP8X':
      return size(uint24(24) + 1, uint24(27) + 1);
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8 ':
      return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    default:
      return null;
  }
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
