import { pick } from '../damage';

const HOSTILE: readonly unknown[] = [
  ...[null, true, false, -1, 0, 1, 2, 3, 7, 2.5, 1e9, 1e12, 1e308, -1e308, 2 ** 31, 2 ** 53],
  ...[
    '',
    'x',
    '__proto__',
    'constructor',
    'toString',
    'NaN',
    '-1',
    '9999999999',
    '../x',
    'valid',
    'same',
    'relu',
  ],
  ...[[], {}, [[]], [null], [null, 3], [1e9, 1e9], [-1, -1], ['x'], { a: { b: { c: null } } }],
];

/** A copy of a JSON value with a few places deleted, exchanged, repeated or replaced by something hostile. */
function damagedJson(json: unknown, next: () => number): unknown {
  const copy: unknown = structuredClone(json);
  const wounds = 1 + Math.floor(next() * 3);
  for (let i = 0; i < wounds; i++) wound(copy, next);
  return copy;
}

/** As text, sometimes with keys that reach for the prototype of what is made from it. */
export function damagedJsonText(json: unknown, next: () => number): string {
  const text = JSON.stringify(damagedJson(json, next));
  if (next() > 0.1) return text;
  const key = pick(['"__proto__"', '"constructor"'], next);
  const value = pick(['{"polluted":true}', 'null', '[]', '{"prototype":{"polluted":true}}'], next);
  return text.replace(/\{(?=")/, `{${key}:${value},`);
}

function wound(json: unknown, next: () => number): void {
  const place = randomPlace(json, next);
  if (!place) return;
  const { parent, key } = place;
  switch (Math.floor(next() * 6)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
      return;
    case 1: {
      const other = randomPlace(json, next);
      if (other) Reflect.set(parent, key, structuredClone(Reflect.get(other.parent, other.key)));
      return;
    }
    case 2:
      if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
      else Reflect.set(parent, pick(['name', 'shape', 'dtype', 'op', 'config', 'x'], next), null);
      return;
    case 3: {
      const value: unknown = Reflect.get(parent, key);
      if (typeof value === 'number')
        Reflect.set(parent, key, pick([value + 1, -value, value * 1e6, value / 2], next));
      else Reflect.set(parent, key, structuredClone(pick(HOSTILE, next)));
      return;
    }
    default:
      Reflect.set(parent, key, structuredClone(pick(HOSTILE, next)));
  }
}

interface Place {
  readonly parent: object;
  readonly key: string;
}

/** Walks down from the root, so that few-leaved branches are met as often as large ones. */
function randomPlace(json: unknown, next: () => number): Place | null {
  let place: Place | null = null;
  let value = json;
  while (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    if (keys.length === 0) return place;
    place = { parent: value, key: pick(keys, next) };
    if (next() < 0.08) return place;
    value = Reflect.get(value, place.key);
  }
  return place;
}
