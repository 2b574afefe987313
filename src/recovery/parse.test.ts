import { describe, expect, it } from 'vitest';
import { Fields, type Reading } from '../util/fields';
import { readRecover, readRounds, recoverFields } from './parse';
import { defaultRecover, halveTheMacs } from './settings';

function fields(value: unknown): { readonly fields: Fields; readonly reading: Reading } {
  const reading: Reading = { file: 'recipe.json', warnings: [] };
  return { fields: new Fields(reading, 'recover', value), reading };
}

describe('recover', () => {
  it('has defaults for all that is left out', () => {
    expect(readRecover(fields({}).fields)).toEqual(defaultRecover);
  });

  it('is written as it is read', () => {
    const settings = {
      ...halveTheMacs.recover,
      methods: ['least-squares', 'fine-tune'],
      fineTune: {
        ...halveTheMacs.recover.fineTune,
        train: 'train.npz',
        validation: 'validation.npz',
        clipNorm: null,
        scratch: ['E', 'B'],
        augment: { flip: 0.5, shift: 2 },
      },
    } as const;
    const written: unknown = JSON.parse(JSON.stringify(recoverFields(settings)));
    expect(readRecover(fields(written).fields)).toEqual(settings);
    const short: unknown = JSON.parse(JSON.stringify(recoverFields(defaultRecover)));
    expect(short).toEqual({ when: 'after', methods: ['least-squares', 'batch-norm'] });
    expect(readRecover(fields(short).fields)).toEqual(defaultRecover);
  });

  it.each([
    [{ methods: ['least'] }, 'recover.methods[0]: "least" is not known. Give a list of "least-squares"'],
    [{ when: 'before' }, 'recover.when: "before" is not known. Use one of "after", "each-commit".'],
    [{ epochs: 0.5 }, 'recover.epochs: 0.5 cannot be used. Give a whole number of at least 1.'],
    [{ validation: 1 }, 'recover.validation: 1 cannot be used. Give the path of a file, or the part'],
    [{ distill: { temperature: 0 } }, 'recover.distill.temperature: 0 cannot be used.'],
    [{ scratch: ['C'] }, 'recover.scratch[0]: "C" is not known.'],
  ])('%j is refused with the key and the mend', (value, sentence) => {
    expect(() => readRecover(fields(value).fields)).toThrow(sentence);
  });

  it('warns of keys that it does not know', () => {
    const { fields: given, reading } = fields({ epoch: 3 });
    readRecover(given);
    expect(reading.warnings).toEqual(['recipe.json, recover: "epoch" is not a known key and is left out.']);
  });
});

it('rounds have a number, targets and slopes', () => {
  const rounds = { count: 2, macs: 0.5, metricDrop: null, deltaSlope: 0.1, alphaSlope: 1 };
  expect(readRounds(fields(rounds).fields)).toEqual(rounds);
  expect(() => readRounds(fields({ macs: 50 }).fields)).toThrow(
    '50 cannot be used. Give a number between 0 and 1.',
  );
});
