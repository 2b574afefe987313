import type { NamedBytes } from '../util/files';

/** A decoded picture: height × width × channels, row-major, 0 … 255. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (not premultiplied). */
  readonly channels: number;
  readonly data: Uint8Array;
}

/** A number for each pixel, exactly as stored: class indices, depths. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array;
}

/** Decodes pictures without managing colours and without turning them by what the camera noted. */
export interface ImageDecoder {
  /** @throws InputError naming the file */
  decode(image: NamedBytes): Promise<Raster>;
}

/** Decodes what only a platform can: a file that is known to be a JPEG or WebP of acceptable size. */
export type DecodePhoto = (image: NamedBytes, format: 'jpeg' | 'webp') => Promise<Raster>;

/** Pixels of one picture, at most. */
export const maxPixels = 2 ** 26;
