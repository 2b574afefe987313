import { unwatched, type Checkpoint } from '../../util/checkpoint';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { isZip, unpackedLimit, unzipInPortions, zipNames } from '../../util/zip';
import { isKerasFile } from '../keras';
import { isStateDict } from '../torch/state-dict';

/** Archives within archives that are still unpacked. */
const maxDepth = 3;

/** The files, with what is in zip archives in their place; models and sets that are themselves archives stay whole. */
export async function unpackArchives(
  files: readonly NamedBytes[],
  checkpoint: Checkpoint = unwatched,
): Promise<NamedBytes[]> {
  let left = unpackedLimit;
  const unpack = async (file: NamedBytes, depth: number): Promise<NamedBytes[]> => {
    if (!isZip(file.bytes) || isArrays(file) || isModelArchive(file)) return [file];
    if (depth >= maxDepth) throw nested(file);
    const entries = await unzipInPortions(file, isWanted, { limit: left, checkpoint });
    left -= entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return all(entries, depth + 1);
  };
  const all = async (some: readonly NamedBytes[], depth: number): Promise<NamedBytes[]> => {
    const unpacked: NamedBytes[] = [];
    for (const file of some) unpacked.push(...(await unpack(file, depth)));
    return unpacked;
  };
  return all(files, 0);
}

/** An archive that is a model, or the weights of one. */
export function isModelArchive(file: NamedBytes): boolean {
  return isZip(file.bytes) && (isKerasFile(file) || isStateDict(file));
}

/** Arrays that numpy saved together. */
function isArrays(file: NamedBytes): boolean {
  const names = zipNames(file).filter((name) => !name.endsWith('/'));
  return names.length > 0 && names.every((name) => name.endsWith('.npy'));
}

/** Not what has no name, nor what systems add to archives and folders on their own. */
function isWanted(entry: string): boolean {
  return entry !== '' && !/(^|\/)(__MACOSX\/|\.|Thumbs\.db$)/.test(entry);
}

function nested({ name }: NamedBytes): InputError {
  return new InputError({
    file: name,
    problem: 'it is an archive within archives.',
    advice: 'Unpack it and bring the files themselves.',
  });
}
