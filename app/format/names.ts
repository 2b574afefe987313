import type { GroupId } from '../../src/graph/channel-types';

/** A layer as people call it: the source's name without the kernel's own part (`stem.0.weight` is `stem.0`). */
export function layerName(group: GroupId): string {
  const name = group.replace(/[./](weight|kernel|w|W)(:0)?$/, '');
  return name === '' ? group : name;
}

/** At most `length` characters, with the middle left out: both ends tell layers apart. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.ceil((length - 1) / 2);
  return `${text.slice(0, length - 1 - tail)}…${text.slice(text.length - tail)}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
