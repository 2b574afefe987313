import { parse } from 'yaml';
import { InputError } from '../../util/errors';
import type { Material, TextFile } from './material';
import { baseName } from './paths';

/** What a YOLO data.yaml says of the labels. */
export interface DataYaml {
  readonly names: readonly string[] | null;
  /** Keypoints of an object, and numbers of each (2 or 3). */
  readonly keypoints: { readonly count: number; readonly numbers: number } | null;
}

/** The names of the classes in order, where a file of the set lists them one a line. */
export function classList({ texts }: Material): readonly string[] | null {
  const file = texts.find(({ name }) =>
    /^(_?classes|labels?|names|categories|obj)\.(txt|names)$/i.test(baseName(name)),
  );
  if (!file) return null;
  const names = file.text.split(/\r?\n/).map((line) => line.trim());
  while (names.at(-1) === '') names.pop();
  return names.length > 0 ? names : null;
}

/** @throws InputError when it is no YAML */
export function dataYaml({ texts }: Material): DataYaml | null {
  for (const file of texts.filter(({ name }) => /\.ya?ml$/i.test(name))) {
    const value = parseYaml(file);
    if (typeof value !== 'object' || value === null) continue;
    const names = 'names' in value ? namesOf(value.names) : null;
    const keypoints = 'kpt_shape' in value ? keypointShape(value.kpt_shape) : null;
    if (names ?? keypoints) return { names, keypoints };
  }
  return null;
}

function parseYaml({ name, text }: TextFile): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new InputError({
      file: name,
      problem: `it is not valid YAML (${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}).`,
      advice: 'Mend it, or leave it out: classes are then numbered.',
    });
  }
}

/** A list, or an object from index to name. */
function namesOf(value: unknown): readonly string[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).filter(([index]) => /^\d{1,4}$/.test(index));
  if (entries.length === 0) return null;
  const names: string[] = [];
  for (const [index, name] of entries) names[Number(index)] = String(name);
  return Array.from(names, (name: string | undefined, index) => name ?? String(index));
}

function keypointShape(value: unknown): DataYaml['keypoints'] {
  if (!Array.isArray(value)) return null;
  const [count, numbers] = value.map(Number);
  const usable = count !== undefined && count >= 1 && count <= 1000 && (numbers === 2 || numbers === 3);
  return usable ? { count, numbers } : null;
}
