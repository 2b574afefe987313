import { withoutExif } from '../src/images/exif';
import type { DecodePhoto } from '../src/images/raster';

/** The browser's own decoders, with colours as stored. */
export const decodePhoto: DecodePhoto = async ({ bytes }, format) => {
  const plain = format === 'jpeg' ? withoutExif(bytes) : bytes;
  const bitmap = await createImageBitmap(new Blob([plain.slice()], { type: `image/${format}` }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('the browser has no canvas for it');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
};
