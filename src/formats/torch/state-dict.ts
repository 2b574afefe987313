import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { isZip, zipNames } from '../../util/zip';
import { readCheckpoint } from './checkpoint';
import { isSafetensors, readSafetensors } from './safetensors';
import type { StateTensor } from './tensor';

/** The named tensors of a file, and the file with others of the same names in their place. */
export interface StateDict {
  readonly file: string;
  readonly tensors: ReadonlyMap<string, StateTensor>;
  write(tensors: ReadonlyMap<string, StateTensor>): Uint8Array;
}

/** Whether the file is `.safetensors`, or an archive as torch.save writes it. */
export function isStateDict(file: NamedBytes): boolean {
  return isZip(file.bytes) ? pickleEntry(file) !== undefined : isSafetensors(file) || isLegacy(file);
}

/** The pickled number that files of torch before 1.6 begin with. */
const legacyMagic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

function isLegacy({ bytes }: NamedBytes): boolean {
  return legacyMagic.every((byte, i) => bytes[i] === byte);
}

function pickleEntry(file: NamedBytes): string | undefined {
  try {
    return zipNames(file).find((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  } catch {
    return undefined;
  }
}

/** @throws InputError for damaged files and for ones that hold no state dict */
export function readStateDict(file: NamedBytes): StateDict {
  if (isLegacy(file)) {
    throw new InputError({
      file: file.name,
      problem: 'it is in the format that torch had before version 1.6.',
      advice: 'Save it again with any newer torch: torch.save(torch.load(file), file).',
    });
  }
  return isZip(file.bytes) ? readCheckpoint(file) : readSafetensors(file);
}
