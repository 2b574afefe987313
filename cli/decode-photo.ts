import { decodeJpeg } from '../src/images/jpeg';
import type { DecodePhoto } from '../src/images/raster';
import { InputError } from '../src/util/errors';

/** Node has no decoders of its own. */
export const decodePhoto: DecodePhoto = ({ name, bytes }, format) => {
  if (format === 'jpeg') return Promise.resolve(decodeJpeg(bytes));
  const problem = 'WebP can be decoded by a browser only.';
  throw new InputError({ file: name, problem, advice: 'Save it as PNG, or use the page.' });
};
