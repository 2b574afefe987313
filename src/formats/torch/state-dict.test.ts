import { unzipSync, zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../util/errors';
import { readPickle } from './pickle/read';
import { writePickle } from './pickle/write';
import { readSafetensors, writeSafetensors } from './safetensors';
import { readStateDict } from './state-dict';
import { kindBytes, tensorFloats, type StateTensor, type TensorKind } from './tensor';
import { fixture } from './testing/files';

const kinds: readonly TensorKind[] = ['F64', 'F32', 'F16', 'BF16', 'I64', 'U8', 'BOOL'];

const tensor: fc.Arbitrary<StateTensor> = fc
  .tuple(fc.constantFrom(...kinds), fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }))
  .chain(([kind, shape]) => {
    const elementBytes = kindBytes(kind);
    const length = shape.reduce((product, size) => product * size, elementBytes);
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => ({ kind, shape, elementBytes, bytes: new Uint8Array(bytes) }));
  });

describe('safetensors', () => {
  it('gives back every state dict it wrote', () => {
    const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('1', 'constructor', 'layer.0.weight'));
    const usual = name.filter((one) => one !== '__proto__' && one !== '__metadata__' && !/^\d/.test(one));
    fc.assert(
      fc.property(fc.array(fc.tuple(usual, tensor), { maxLength: 6 }), (entries) => {
        const tensors = new Map(entries);
        const bytes = writeSafetensors(tensors, { format: 'pt' });
        const read = readSafetensors({ name: 'x', bytes });
        expect(read.tensors).toEqual(tensors);
        expect(read.write(read.tensors)).toEqual(bytes);
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});

describe('torch.save', () => {
  it('reads the numbers as they are, strided and half as they may be', () => {
    const [state, half] = [readStateDict(fixture('state.pt')), readStateDict(fixture('checkpoint.pt'))];
    for (const [name, stored] of state.tensors) {
      const other = half.tensors.get(`module.${name}`);
      expect(other?.shape).toEqual(stored.shape);
      const [exact, coarse] = [tensorFloats(stored), other && tensorFloats(other)];
      exact?.forEach((value, i) => expect(Math.abs((coarse?.[i] ?? NaN) - value)).toBeLessThan(2e-3));
    }
  });

  it('writes everything around the tensors as it was', () => {
    const before = fixture('checkpoint.pt');
    const dict = readStateDict(before);
    const changed = new Map(dict.tensors);
    const weight = changed.get('module.head.bias');
    if (weight) changed.set('module.head.bias', { ...weight, shape: [2], bytes: weight.bytes.slice(0, 4) });
    const written = { name: 'x.pt', bytes: dict.write(changed) };
    expect(readStateDict(written).tensors).toEqual(changed);
    const text = (file: { bytes: Uint8Array }) => JSON.stringify(pickleOf(file.bytes), bigints);
    const others = /"epoch".*?"steps",\{"kind":"int","value":"1099511627776"\}/;
    expect(others.exec(text(written))?.[0]).toBe(others.exec(text(before))?.[0]);
    expect(Object.keys(unzipSync(written.bytes))).toHaveLength(Object.keys(unzipSync(before.bytes)).length);
  });

  it('reads and writes pickles without a loss', () => {
    for (const name of ['state.pt', 'checkpoint.pt', 'module.pt'] as const) {
      const value = pickleOf(fixture(name).bytes);
      expect(readPickle(writePickle({ protocol: 2, value })).value).toEqual(value);
    }
  });

  it('refuses what grows without end when it is written out', () => {
    // A list in a list in a list …, deeper than any checkpoint.
    const deep = Uint8Array.from([
      0x80,
      2,
      ...Array<number>(2000).fill(0x5d),
      ...Array<number>(1999).fill(0x61),
      0x2e,
    ]);
    expect(() => writePickle(readPickle(deep))).toThrow(/too deep/);
  });

  it('keeps a list within itself within itself', () => {
    const loop = readPickle(Uint8Array.of(0x80, 2, 0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e));
    const again = readPickle(writePickle(loop)).value;
    expect(again).toMatchObject({ kind: 'list' });
    if (typeof again === 'object' && again?.kind === 'list') expect(again.items[0]).toBe(again);
  });
});

describe('damage', () => {
  const files = [
    fixture('state.pt'),
    fixture('checkpoint.pt'),
    { name: 'x.safetensors', bytes: writeSafetensors(readStateDict(fixture('state.pt')).tensors) },
  ];

  it.each(files)('to $name gives a state dict or an InputError', ({ name, bytes }) => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const damaged = bytes.slice();
        for (const { at, byte } of changes) damaged[at] = byte;
        expectAnswer(() => readStateDict({ name, bytes: damaged }));
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  it('to a pickle gives a state dict or an InputError, also when it is written again', () => {
    const entries = unzipSync(fixture('checkpoint.pt').bytes);
    const main = Object.keys(entries).find((name) => name.endsWith('data.pkl')) ?? '';
    const pickle = entries[main] ?? new Uint8Array();
    const change = fc.record({ at: fc.nat(pickle.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const damaged = pickle.slice();
        for (const { at, byte } of changes) damaged[at] = byte;
        const bytes = zipSync({ ...entries, [main]: damaged }, { level: 0 });
        expectAnswer(() => {
          const dict = readStateDict({ name: 'x.pt', bytes });
          dict.write(new Map([...dict.tensors].map(([name, one]) => [name, { ...one }])));
        });
      }),
      { numRuns: 300, seed: 6 },
    );
  });
});

function expectAnswer(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
  }
}

function pickleOf(archive: Uint8Array) {
  const [pickle] = Object.entries(unzipSync(archive)).filter(([name]) => name.endsWith('data.pkl'));
  return readPickle(pickle?.[1] ?? new Uint8Array()).value;
}

const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
