import { InputError } from '../util/errors';
import type { PagcpSettings } from './recipe';

/** @throws InputError naming the setting; thresholds are `solveSchedule`'s to check */
export function requireUsableSettings(settings: PagcpSettings): void {
  const { ratios, probeRatio, topK } = settings;
  const isFraction = (value: number) => value > 0 && value < 1;
  if (ratios.length === 0 || !ratios.every(isFraction)) {
    reject('ratios', 'every ratio must lie between 0 and 1, and there must be one at least.');
  }
  if (!isFraction(probeRatio)) reject('probeRatio', `${probeRatio} is not between 0 and 1.`);
  if (!(topK > 0 && topK <= 1)) reject('topK', `${topK} is not in (0, 1].`);
}

function reject(setting: string, problem: string): never {
  throw new InputError({ file: 'recipe', place: `method.${setting}`, problem, advice: 'Change it.' });
}
