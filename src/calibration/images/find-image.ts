import type { NamedBytes } from '../../util/files';
import { baseName, stem } from './paths';

/** Finds pictures by the names that label files give them: a path or its end, with or without the ending. */
export class ImageFinder {
  readonly #byPath = new Map<string, NamedBytes>();
  readonly #byBase = new Map<string, NamedBytes | 'several'>();
  readonly #byStem = new Map<string, NamedBytes | 'several'>();

  constructor(images: readonly NamedBytes[]) {
    for (const image of images) {
      this.#byPath.set(image.name, image);
      note(this.#byBase, baseName(image.name), image);
      note(this.#byStem, stem(image.name), image);
    }
  }

  /** undefined when there is none of the name, or several and the path does not tell which. */
  find(name: string): NamedBytes | undefined {
    const path = name
      .trim()
      .replaceAll('\\', '/')
      .replace(/^\.?\/+/, '');
    const exact = this.#byPath.get(path);
    if (exact) return exact;
    const base = baseName(path);
    const found = this.#byBase.get(base) ?? this.#byStem.get(base) ?? this.#byStem.get(stem(path));
    if (found !== 'several') return found;
    const ends = [...this.#byPath.values()].filter((image) => image.name.endsWith(`/${path}`));
    return ends.length === 1 ? ends[0] : undefined;
  }
}

function note(map: Map<string, NamedBytes | 'several'>, key: string, image: NamedBytes): void {
  map.set(key, map.has(key) ? 'several' : image);
}
