import { zipSync } from 'fflate';
import type { NamedBytes } from '../util/files';

/** 1 January 1980, the earliest a zip can say, so that the same files make the same zip. */
const date = new Date(1980, 0, 1);

/** All files in one zip. */
export function zipFiles(files: readonly NamedBytes[]): Uint8Array<ArrayBuffer> {
  return zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), {
    level: 6,
    mtime: date,
  });
}

export function textFile(name: string, text: string): NamedBytes {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** `dir/model.onnx` → `model-pruned`: what the downloads of a model are called, by the first of its files. */
export function prunedName(modelFile: string): string {
  const [main = modelFile] = modelFile.split(' + ');
  const base = main.slice(main.lastIndexOf('/') + 1);
  return `${base.replace(/(?<=.)\.[^.]*$/, '')}-pruned`;
}
