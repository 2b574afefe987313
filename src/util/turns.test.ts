import { expect, it } from 'vitest';
import { Turns } from './turns';

it('lets work wait until what was asked for before it is done', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    log.push(`${name} ends`);
  };
  await Promise.all([turns.take(work('a')), turns.take(work('b'))]);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

it('goes on after work that fails', async () => {
  const turns = new Turns();
  const failing = turns.take(() => Promise.reject(new Error('no memory')));
  const next = turns.take(() => Promise.resolve('done'));
  await expect(failing).rejects.toThrow('no memory');
  await expect(next).resolves.toBe('done');
});

it('lets others in between the steps of a generator, and cleans it up', async () => {
  const turns = new Turns();
  const log: string[] = [];
  async function* count() {
    try {
      for (let number = 1; ; number++) yield await Promise.resolve(number);
    } finally {
      log.push('cleaned up');
    }
  }
  for await (const number of turns.steps(count())) {
    log.push(`step ${number}`);
    await turns.take(() => Promise.resolve(log.push('guest')));
    if (number === 2) break;
  }
  expect(log).toEqual(['step 1', 'guest', 'step 2', 'guest', 'cleaned up']);
});
