import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NamedBytes } from '../../../util/files';

/** Files that scripts/fixtures/keras_files.py made with h5py. */
export type KerasFixture = 'keras2.h5' | 'keras3.keras' | 'new-groups.h5';

export function fixture(name: KerasFixture): NamedBytes {
  return { name, bytes: new Uint8Array(readFileSync(path(name))) };
}

/** The input `x` and, by file, what numpy computed for it. */
export function expected(): Readonly<Record<string, readonly number[]>> {
  return JSON.parse(readFileSync(path('expected.json'), 'utf8')) as Record<string, number[]>;
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
