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
  requireUsableLimits(settings);
}

/** @throws InputError where a run cannot recover after every commit */
export function requireRecoverable({ mode }: PagcpSettings): void {
  if (mode === 'published')
    reject(
      'mode',
      'the published code ranks weights anew as it builds the final model; it cannot recover after each commit.',
    );
}

function requireUsableLimits(settings: PagcpSettings): void {
  const { minKept = 1, keptMultiple = 1, maxRatio = 1, mode } = settings;
  const isCount = (value: number) => Number.isInteger(value) && value >= 1;
  if (!isCount(minKept)) reject('minKept', `${minKept} is not a whole number of channels.`);
  if (!isCount(keptMultiple)) reject('keptMultiple', `${keptMultiple} is not a whole number of channels.`);
  if (!(maxRatio > 0 && maxRatio <= 1)) reject('maxRatio', `${maxRatio} is not in (0, 1].`);
  const limited = minKept > 1 || keptMultiple > 1 || maxRatio < 1;
  if (limited && mode === 'published') {
    reject('mode', 'the published code knows no limits on kept channels; they hold in corrected mode only.');
  }
}

function reject(setting: string, problem: string): never {
  throw new InputError({ file: 'recipe', place: `method.${setting}`, problem, advice: 'Change it.' });
}
