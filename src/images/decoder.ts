import { InputError } from '../util/errors';
import type { NamedBytes } from '../util/files';
import { imageHeader } from './header';
import { damaged, decodePng, tooManyPixels } from './png';
import { maxPixels, type DecodePhoto, type ImageDecoder, type Raster } from './raster';

/** Decodes PNG itself, the same everywhere; JPEG and WebP are left to the platform. */
export function imageDecoder(decodePhoto: DecodePhoto): ImageDecoder {
  return {
    async decode(image: NamedBytes): Promise<Raster> {
      const header = imageHeader(image.bytes);
      if (!header) throw damaged(image.name, 'it is neither PNG, JPEG nor WebP, or cut short');
      if (header.format === 'png') return decodePng(image);
      if (header.width * header.height > maxPixels) throw tooManyPixels(image.name, header);
      try {
        return await decodePhoto(image, header.format);
      } catch (error) {
        if (error instanceof InputError) throw error;
        throw damaged(image.name, error instanceof Error ? error.message : String(error));
      }
    },
  };
}
