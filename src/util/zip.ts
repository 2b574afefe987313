import { unzipSync } from 'fflate';
import { InputError } from './errors';
import type { NamedBytes } from './files';

/** Largest unpacked size, in bytes, of everything in one archive. */
export const unpackedLimit = 2 ** 30;

/** Entries that an archive may have. */
const maxEntries = 50_000;

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** The names of an archive's entries, folders included. @throws InputError when it is damaged */
export function zipNames({ name, bytes }: NamedBytes): string[] {
  const names: string[] = [];
  attempt(name, () =>
    unzipSync(bytes, {
      filter: (entry) => {
        if (names.push(entry.name) > maxEntries) throw tooMany(name);
        return false;
      },
    }),
  );
  return names;
}

/**
 * Unpacks the entries whose names are wanted. What is unpacked is never larger than what the archive declares, and
 * that never larger than `limit`.
 * @throws InputError for damaged archives and for ones that would unpack to more
 */
export function unzip(
  { name, bytes }: NamedBytes,
  wanted: (entry: string) => boolean = () => true,
  { limit = unpackedLimit, advice = 'Unpack it and bring only the files that matter.' } = {},
): NamedBytes[] {
  let total = 0;
  let count = 0;
  const entries = attempt(name, () =>
    unzipSync(bytes, {
      filter: ({ name: entry, originalSize }) => {
        if (++count > maxEntries) throw tooMany(name);
        if (entry.endsWith('/') || !wanted(entry)) return false;
        total += originalSize;
        if (total > limit) throw tooLarge(name, limit, advice);
        return true;
      },
    }),
  );
  return Object.entries(entries).map(([entry, content]) => ({ name: entry, bytes: content }));
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
