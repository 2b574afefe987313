import type { NamedBytes } from '../../util/files';

/** Finds pictures by the names that label files give them: a path or its end, with or without the ending. */
export class ImageFinder {
  readonly #images = new Map<string, NamedBytes | 'several'>();

  constructor(images: readonly NamedBytes[]) {
    for (const image of images) {
      for (const end of pathEnds(image.name)) {
        for (const key of new Set([end, withoutEnding(end)])) {
          this.#images.set(key, this.#images.has(key) ? 'several' : image);
        }
      }
    }
    // A path in full is always the picture's own.
    for (const image of images) this.#images.set(image.name, image);
  }

  /** The picture that most of the path agrees with; undefined when there is none, or no telling which. */
  find(name: string): NamedBytes | undefined {
    const path = name
      .trim()
      .replaceAll('\\', '/')
      .replace(/^\.?\/+/, '');
    for (const end of pathEnds(path)) {
      const found = this.#images.get(end) ?? this.#images.get(withoutEnding(end));
      if (found === 'several') return undefined;
      if (found) return found;
    }
    return undefined;
  }
}

/** a/b/c.png, b/c.png, c.png */
function pathEnds(path: string): string[] {
  const parts = path.split('/').slice(-8);
  return parts.map((_, from) => parts.slice(from).join('/'));
}

const withoutEnding = (path: string) => path.replace(/\.[^./]*$/, '');
