import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { InputError } from '../../util/errors';
import { tfjsLayersFormat } from '.';
import { encode, modelJson, randomise, saveModel } from './testing/memory';
import { decoder, mobile, nested, plain, residual } from './testing/models';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const values = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    -1,
    0,
    1,
    2.5,
    1e12,
    '',
    'relu',
    'valid',
    true,
    [],
    {},
    [[]],
    [null, 3],
    [2, 2],
  ),
  fc.integer({ min: -4, max: 12 }),
);

it.each(Object.entries({ plain, residual, mobile, decoder, nested }))(
  'answers any change to the JSON of %s with a model or an InputError',
  async (_, build) => {
    const files = await saveModel(randomise(build()));
    const places = pathsWithin(modelJson(files));
    fc.assert(
      fc.property(fc.nat(places.length - 1), values, (place, value) => {
        const json: unknown = structuredClone(modelJson(files));
        replace(json, places[place] ?? [], value);
        try {
          const read = tfjsLayersFormat.read([
            { name: 'model.json', bytes: encode(json) },
            ...files.slice(1),
          ]);
          expect(read.file).toBe('model.json');
        } catch (error) {
          expect(error, JSON.stringify([places[place], value])).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 100 },
    );
  },
);

/** Paths to everything within the JSON, inner nodes too. */
function pathsWithin(json: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof json !== 'object' || json === null) return [path];
  const inner = Object.entries(json).flatMap(([key, value]) => pathsWithin(value, [...path, key]));
  return path.length > 0 ? [path, ...inner] : inner;
}

function replace(json: unknown, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined || typeof json !== 'object' || json === null) return;
  if (rest.length > 0) replace(Reflect.get(json, key), rest, value);
  else Reflect.set(json, key, value);
}
