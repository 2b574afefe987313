import { expect, it } from 'vitest';
import { networkName } from './words';

it.each([
  ['unpruned', 'Unpruned'],
  ['run 2', 'Run 2'],
  ['recovery 1: least-squares', 'Recovery 1, least squares'],
  ['recovery 3, round 2: pruned', 'Recovery 3, round 2, pruned'],
  ['recovery 1: fine-tune, step 40', 'Recovery 1, fine-tuned, step 40'],
  ['recovery 1: scratch-E', 'Recovery 1, from scratch, same epochs'],
])('%s', (label, name) => {
  expect(networkName({ label })).toBe(name);
});
