import { unzipSync, type UnzipFileInfo } from 'fflate';
import { unwatched, type Checkpoint } from './checkpoint';
import { InputError } from './errors';
import type { NamedBytes } from './files';

/** Largest unpacked size, in bytes, of everything in one archive. */
export const unpackedLimit = 2 ** 30;

/** Deflate makes nothing smaller than by this. */
const mostShrunk = 1032;

/** Entries that an archive may have. */
const maxEntries = 50_000;

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** The names of an archive's entries, folders included. @throws InputError when it is damaged */
export function zipNames(file: NamedBytes): string[] {
  return zipEntries(file).map(({ name }) => name);
}

function zipEntries({ name, bytes }: NamedBytes): UnzipFileInfo[] {
  const entries: UnzipFileInfo[] = [];
  attempt(name, () =>
    unzipSync(bytes, {
      filter: (entry) => {
        if (entries.push(entry) > maxEntries) throw tooMany(name);
        return false;
      },
    }),
  );
  return entries;
}

/**
 * Unpacks the entries whose names are wanted. What is unpacked is never larger than what the archive declares, and
 * that never larger than `limit`.
 * @throws InputError for damaged archives and for ones that would unpack to more
 */
export function unzip(
  { name, bytes }: NamedBytes,
  wanted: (entry: string) => boolean = () => true,
  { limit = unpackedLimit, advice = tooLargeAdvice } = {},
): NamedBytes[] {
  let total = 0;
  let count = 0;
  const entries = attempt(name, () =>
    unzipSync(bytes, {
      filter: ({ name: entry, size, originalSize }) => {
        if (++count > maxEntries) throw tooMany(name);
        if (entry.endsWith('/') || !wanted(entry)) return false;
        if (originalSize > size * mostShrunk) throw new Error(`the size of ${entry} is a lie`);
        total += originalSize;
        if (total > limit) throw tooLarge(name, limit, advice);
        return true;
      },
    }),
  );
  return Object.entries(entries).map(([entry, content]) => ({ name: entry, bytes: content }));
}

const tooLargeAdvice = 'Unpack it and bring only the files that matter.';

/** Bytes that are unpacked between two checkpoints, as long as no entry alone is larger. */
const portionBytes = 16 * 2 ** 20;

/** As `unzip`, a portion at a time. */
export async function unzipInPortions(
  file: NamedBytes,
  wanted: (entry: string) => boolean,
  { limit = unpackedLimit, checkpoint = unwatched }: { limit?: number; checkpoint?: Checkpoint } = {},
): Promise<NamedBytes[]> {
  const entries = zipEntries(file).filter(({ name }) => !name.endsWith('/') && wanted(name));
  const total = entries.reduce((sum, { originalSize }) => sum + originalSize, 0);
  if (total > limit) throw tooLarge(file.name, limit, tooLargeAdvice);
  const unpacked: NamedBytes[] = [];
  let done = 0;
  for (const portion of portions(entries)) {
    await checkpoint(`Unpacking ${file.name}`, done, total);
    const some = unzip(file, (entry) => portion.has(entry), { limit: limit - done });
    done += some.reduce((sum, { bytes }) => sum + bytes.length, 0);
    unpacked.push(...some);
  }
  return unpacked;
}

/** Names that are unpacked together. */
function portions(entries: readonly UnzipFileInfo[]): ReadonlySet<string>[] {
  const found: Set<string>[] = [];
  let [portion, room] = [new Set<string>(), 0];
  for (const { name, originalSize } of entries) {
    if (portion.size === 0 || originalSize > room) {
      found.push((portion = new Set()));
      room = portionBytes;
    }
    portion.add(name);
    room -= originalSize;
  }
  return found;
}

function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({
      file,
      problem: `the archive cannot be unpacked (${error instanceof Error ? error.message : String(error)}).`,
      advice: 'It may be cut short: save or download it again.',
    });
  }
}

function tooLarge(file: string, limit: number, advice: string): InputError {
  return new InputError({
    file,
    problem: `unpacked it would be larger than ${Math.round(limit / 2 ** 20)} MiB.`,
    advice,
  });
}

function tooMany(file: string): InputError {
  return new InputError({
    file,
    problem: `the archive has more than ${maxEntries} entries.`,
    advice: 'Unpack it and bring only the files that matter.',
  });
}
