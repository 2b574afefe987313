import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number');
}

/** Whether nothing in the JSON lies deeper than `limit` levels, so that it can be walked recursively. */
function isShallow(json: unknown, limit: number): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; depth <= limit; depth++) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value ? Object.values<unknown>({ ...value }) : [],
    );
    if (level.length === 0) return true;
  }
  return false;
}

/** What cannot be used in a model.json, and where. */
export function broken(file: string, place: string, problem: string): InputError {
  return new InputError({
    file,
    place,
    problem,
    advice: 'Save the model again with model.save or tensorflowjs_converter.',
  });
}

/**
 * The JSON of a file that holds an object, or null when it is something else or deeper than any model.
 */
export function jsonObject({ bytes }: NamedBytes): JsonObject | null {
  const byteOrderMark = bytes[0] === 0xef ? 3 : 0;
  const start = bytes.subarray(byteOrderMark, mostBlanks).find((byte) => byte > 0x20);
  if (start !== 0x7b) return null;
  const json = parseJson(bytes);
  return isObject(json) && isShallow(json, maxDepth) ? json : null;
}

/** Bytes before the first bracket, at most: files of weights are not searched through. */
const mostBlanks = 1024;

/** Levels of brackets; models nested in models need a handful each. */
const maxDepth = 500;

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
