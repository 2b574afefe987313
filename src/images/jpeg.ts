import { decode } from 'jpeg-js';
import type { Raster } from './raster';

/** A JPEG in plain JavaScript, where the platform has no decoder. @throws Error when it is damaged */
export function decodeJpeg(bytes: Uint8Array): Raster {
  const { width, height, data } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxMemoryUsageInMB: 1024,
  });
  return { width, height, channels: 3, data };
}
