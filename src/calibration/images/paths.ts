export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The file's name without folders and ending. */
export function stem(path: string): string {
  return baseName(path).replace(/\.[^.]*$/, '');
}

/** By code point, so that it is the same in every language and as in Python. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
