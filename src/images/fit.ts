import { fitGeometry, type Fit, type Geometry } from './geometry';
import type { Raster } from './raster';
import { resample, type Interpolation } from './resample';

/** How pictures come to the network. */
export interface ImageFit {
  readonly fit: Fit;
  /** `centre-crop`: pixels of the shorter side before the cut; null: as the target needs. */
  readonly size: number | null;
  readonly interpolation: Interpolation;
  readonly channels: 'rgb' | 'bgr';
  /** 0 … 255, for what a letterbox leaves open. */
  readonly pad: number;
}

/** What the network wants of a picture. */
export interface ImageTarget {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

export interface Fitted {
  /** height × width × channels of the target. */
  readonly data: Uint8Array;
  readonly geometry: Geometry;
}

/** The picture at the network's size, with the network's number of channels: 1 (grey), 3, or 4 (with alpha). */
export function fitImage(raster: Raster, target: ImageTarget, options: ImageFit): Fitted {
  const geometry = fitGeometry(raster, target, options.fit, options.size);
  const { width, height, left, top, data } = resample(
    withChannels(raster, target.channels, options.channels),
    geometry,
    options.interpolation,
  );
  const line = width * target.channels;
  const whole = new Uint8Array(target.width * target.height * target.channels).fill(options.pad);
  for (let y = 0; y < height; y++)
    whole.set(data.subarray(y * line, (y + 1) * line), ((y + top) * target.width + left) * target.channels);
  return { data: whole, geometry };
}

/** Grey for one channel as PIL computes it (ITU-R 601-2); alpha is left out where it is not wanted. */
function withChannels(raster: Raster, channels: number, order: 'rgb' | 'bgr'): Raster {
  const { width, height, data } = raster;
  if (raster.channels === channels && (channels < 3 || order === 'rgb')) return raster;
  const pixels = width * height;
  const result = new Uint8Array(pixels * channels);
  const [red, blue] = order === 'rgb' ? [0, 2] : [2, 0];
  for (let i = 0; i < pixels; i++) {
    const at = i * raster.channels;
    const colours = raster.channels >= 3;
    const r = data[at] ?? 0;
    const g = colours ? (data[at + 1] ?? 0) : r;
    const b = colours ? (data[at + 2] ?? 0) : r;
    if (channels === 1) {
      result[i] = colours ? (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16 : r;
      continue;
    }
    result[i * channels + red] = r;
    result[i * channels + 1] = g;
    result[i * channels + blue] = b;
    if (channels === 4) {
      const alpha = raster.channels === 4 ? 3 : raster.channels === 2 ? 1 : -1;
      result[i * 4 + 3] = alpha < 0 ? 255 : (data[at + alpha] ?? 255);
    }
  }
  return { width, height, channels, data: result };
}
