import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture } from '../keras/testing/files';
import { readHdf5 } from './read';
import { datasets, nodeAt, texts, withText, type H5Group, type H5Node, type H5Value } from './tree';
import { writeHdf5 } from './write';

const numbers = (path: readonly string[]) => {
  const node = nodeAt(readHdf5(fixture('new-groups.h5').bytes, 'new-groups.h5'), path);
  if (node?.kind !== 'dataset' || !(node.value.data instanceof Uint8Array)) throw new Error('no numbers');
  return new DataView(node.value.data.slice().buffer);
};

describe('readHdf5', () => {
  it('reads groups whose names lie in a heap', () => {
    const root = readHdf5(fixture('new-groups.h5').bytes, 'new-groups.h5');
    expect(datasets(root)).toHaveLength(42);
    expect(numbers(['layers', 'layer_37', 'vars', '0']).getFloat32(0, true)).toBe(37);
    const note = root.attributes.get('note_11');
    expect(note && texts(note)).toEqual(['text 11']);
  });

  it('reads packed chunks, and keeps the order of bytes as it is', () => {
    const packed = numbers(['packed']);
    expect(Array.from({ length: 400 }, (_, i) => packed.getFloat32(4 * i, true))).toEqual(
      Array.from({ length: 400 }, (_, i) => i),
    );
    expect(numbers(['big_endian']).getFloat32(8, false)).toBe(2);
  });

  it('refuses groups that lead to each other in a circle', () => {
    const bytes = writeHdf5(group([['inner', group([])]]));
    const root = new DataView(bytes.buffer).getBigUint64(64, true);
    // The one entry of the symbol node: from the inner group back to the outer.
    const node = bytes.findIndex((_, i) => new TextDecoder().decode(bytes.subarray(i, i + 4)) === 'SNOD');
    new DataView(bytes.buffer).setBigUint64(node + 8 + 8, root, true);
    expect(() => readHdf5(bytes, 'loop.h5')).toThrow(/loop\.h5, byte \d+: .*two places lead to it/);
  });
});

describe('writeHdf5', () => {
  it('gives back every tree it wrote', () => {
    fc.assert(
      fc.property(tree, (root) => {
        const bytes = writeHdf5(root);
        expect(readHdf5(bytes, 'x')).toEqual(root);
        expect(writeHdf5(readHdf5(bytes, 'x'))).toEqual(bytes);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('writes what libhdf5 wrote so that nothing is lost', () => {
    const root = readHdf5(fixture('keras2.h5').bytes, 'keras2.h5');
    expect(readHdf5(writeHdf5(root), 'x')).toEqual(root);
  });

  it('makes room for a longer text', () => {
    const long = withText(text('short'), 'longer than it was');
    expect(texts(long)).toEqual(['longer than it was']);
    const written = readHdf5(writeHdf5({ ...group([]), attributes: new Map([['a', long]]) }), 'x');
    const found = written.attributes.get('a');
    expect(found && texts(found)).toEqual(['longer than it was']);
  });
});

function group(children: readonly [string, H5Node][]): H5Group {
  return { kind: 'group', attributes: new Map(), children: new Map(children) };
}

const float32 = Uint8Array.of(0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0);

function floats(shape: readonly number[]): H5Value {
  const type = {
    kind: 'float',
    size: 4,
    littleEndian: true,
    signed: false,
    message: padded(float32),
  } as const;
  const count = shape.reduce((product, size) => product * size, 1);
  return { type, shape, data: new Uint8Array(Float32Array.from({ length: count }, (_, i) => i / 3).buffer) };
}

function text(words: string): H5Value {
  const bytes = new TextEncoder().encode(words);
  const message = Uint8Array.of(0x13, 0, 0, 0, bytes.length, 0, 0, 0);
  const type = {
    kind: 'fixed-text',
    size: bytes.length,
    littleEndian: true,
    signed: false,
    message,
  } as const;
  return { type, shape: [], data: bytes };
}

/** Messages take a multiple of eight bytes. */
function padded(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(message.length / 8) * 8);
  bytes.set(message);
  return bytes;
}

const name = fc.stringMatching(/^[a-z_0-9é]{1,12}$/);
const words = fc.string({ minLength: 1, maxLength: 30 }).filter((value) => !value.includes('\0'));
const attributes = fc
  .dictionary(name, words, { maxKeys: 4 })
  .map(
    (record): ReadonlyMap<string, H5Value> =>
      new Map(Object.entries(record).map(([key, value]) => [key, text(value)])),
  );
const dataset = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), attributes)
  .map(([shape, of]): H5Node => ({ kind: 'dataset', attributes: of, value: floats(shape) }));

/** Groups in groups, some with more names than a symbol node holds; siblings in the order of the file. */
const tree: fc.Arbitrary<H5Group> = fc.letrec<{ group: H5Group }>((tie) => ({
  group: fc
    .tuple(
      attributes,
      fc.dictionary(name, fc.oneof({ maxDepth: 3 }, dataset, dataset, tie('group')), { maxKeys: 20 }),
    )
    .map(([of, children]): H5Group => {
      const sorted = Object.entries(children).sort(([a], [b]) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      );
      return { kind: 'group', attributes: of, children: new Map(sorted) };
    }),
})).group;
