import { expect, it } from 'vitest';
import { damagedFiles, fuzzers, survives } from '.';

const ROUNDS = 150;

it.each(Object.entries(fuzzers))(
  'reads damaged %s files or says what is wrong with them',
  async (_, make) => {
    const fuzzer = await make();
    let accepted = 0;
    for (let round = 0; round < ROUNDS; round++) {
      if (await survives(damagedFiles(fuzzer, 7, round))) accepted++;
    }
    // Damage that nothing survives, or that nothing notices, would test little.
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(ROUNDS);
    expect({}).not.toHaveProperty('polluted');
  },
);
