import type { Checkpoint } from '../src/util/checkpoint';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';
import type { SourceFile } from './api';

/** Bytes that are opened at once, at most: no protobuf message may be larger. */
const largest = 2 ** 31;
const portion = 8 * 2 ** 20;

/**
 * Reads files into memory, a portion at a time.
 * @throws InputError when they are too large together, or one can no longer be read
 */
export async function readFiles(files: readonly SourceFile[], checkpoint: Checkpoint): Promise<NamedBytes[]> {
  const total = files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (total > largest) throw tooLarge(files, total);
  const read: NamedBytes[] = [];
  let before = 0;
  for (const file of files) {
    const offset = before;
    const bytes = await readFile(file, (done) => checkpoint(`Reading ${file.name}`, offset + done, total));
    read.push({ name: file.name, bytes });
    before += bytes.length;
  }
  return read;
}

async function readFile(
  { name, blob }: SourceFile,
  checkpoint: (done: number) => Promise<void>,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(blob.size);
  for (let start = 0; start < bytes.length; start += portion) {
    await checkpoint(start);
    bytes.set(await readPortion(name, blob.slice(start, start + portion)), start);
  }
  return bytes;
}

async function readPortion(file: string, blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw new InputError({
      file,
      problem: `it can no longer be read (${error instanceof Error ? error.message : String(error)}).`,
      advice: 'It may have been moved or changed: bring it again.',
    });
  }
}

function tooLarge(files: readonly SourceFile[], total: number): InputError {
  const [first] = files;
  return new InputError({
    file: files.length === 1 && first ? first.name : `${files.length} files`,
    problem: `${(total / 2 ** 30).toFixed(1)} GiB are more than can be opened at once (${largest / 2 ** 30} GiB).`,
    advice: 'Bring only the model and its calibration set, or fewer samples.',
  });
}
