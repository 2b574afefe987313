import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { InputError } from '../util/errors';
import { readCalibration, writeNpz } from '.';
import { writeNpy } from './write-npz';

const array = {
  name: 'x',
  dtype: 'float32',
  shape: [2, 3],
  data: Float32Array.of(1, 2, 3, 4, 5, 6),
} as const;
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40);
const sets = { npz: writeNpz([array]), npy: writeNpy(array), idx, gzip: gzipSync(idx) };

it.each(Object.entries(sets))('answers any damage to %s with arrays or an InputError', (_, bytes) => {
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  const damage = fc.tuple(fc.array(change, { maxLength: 4 }), fc.nat(bytes.length));
  fc.assert(
    fc.property(damage, ([changes, length]) => {
      const broken = bytes.slice(0, length);
      for (const [at, value] of changes) if (at < length) broken[at] = value;
      try {
        expect(readCalibration([{ name: 'set', bytes: broken }]).arrays.size).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 1000 },
  );
});
