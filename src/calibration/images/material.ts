import { isImage } from '../../images/header';
import type { NamedBytes } from '../../util/files';
import { byName } from './paths';

/** A text file among the pictures. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** What a folder of pictures holds, before anything is understood; in the order of the paths. */
export interface Material {
  readonly images: readonly NamedBytes[];
  readonly texts: readonly TextFile[];
}

export function sortMaterial(files: readonly NamedBytes[]): Material {
  const sorted = files.toSorted((a, b) => byName(a.name, b.name));
  return {
    images: sorted.filter(({ bytes }) => isImage(bytes)),
    texts: sorted
      .filter(({ bytes }) => !isImage(bytes) && isText(bytes))
      .map(({ name, bytes }) => ({ name, text: new TextDecoder().decode(bytes) })),
  };
}

const looked = 4096;

/** Whether the bytes look like text in UTF-8 or a code page: no control characters but white space. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, looked).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13));
}

/** Whether a file that lies beside pictures may hold their labels. */
export function isLabelText({ name, bytes }: NamedBytes): boolean {
  return !isImage(bytes) && (isText(bytes) || /\.(csv|tsv|txt|xml|ya?ml)$/i.test(name));
}
