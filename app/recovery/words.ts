import type { MadeNetwork, RecoveryMethod, TuningPurpose } from '../../src/recovery/events';
import { layerName } from '../format/names';
import { formatDuration } from '../format/numbers';
import type { RecoveryProgress, Tuning } from './progress';

export const methodNames: Readonly<Record<RecoveryMethod, string>> = {
  'least-squares': 'Least squares',
  'batch-norm': 'Batch-norm statistics',
  'scale-bias': 'Scale and bias',
  'fine-tune': 'Fine-tuning',
};

/** Where there is little room. */
export const shortMethodNames: Readonly<Record<RecoveryMethod, string>> = {
  'least-squares': 'Least squares',
  'batch-norm': 'Batch norm',
  'scale-bias': 'Scale and bias',
  'fine-tune': 'Fine-tuned',
};

export const methodHints: Readonly<Record<RecoveryMethod, string>> = {
  'least-squares':
    'Each layer behind a pruned one is solved anew, so that it gives on the calibration set what it gave before.',
  'batch-norm': 'Means and variances are measured again on the calibration set.',
  'scale-bias': 'Each channel is scaled and shifted to its former mean and spread.',
  'fine-tune': 'Gradient descent on the tasks’ losses and on the unpruned network’s outputs.',
};

export const purposeNames: Readonly<Record<TuningPurpose, string>> = {
  recovery: 'recovered',
  'scratch-E': 'from scratch, same epochs',
  'scratch-B': 'from scratch, same compute',
};

export const stageNames: Readonly<Record<MadeNetwork['stage'], string>> = {
  original: 'unpruned',
  pruned: 'pruned',
  recovered: 'recovered',
  checkpoint: 'checkpoint',
  control: 'control',
};

/** A network's name as a person would say it: `Recovery 1, least squares`. */
export function networkName({ label }: Pick<MadeNetwork, 'label'>): string {
  const said = label
    .replace(/: (least-squares|batch-norm|scale-bias|fine-tune|scratch-E|scratch-B)/, (_, how: string) => {
      return `, ${howNames[how] ?? how}`;
    })
    .replace(': ', ', ');
  return said.charAt(0).toUpperCase() + said.slice(1);
}

const howNames: Readonly<Record<string, string>> = {
  'least-squares': 'least squares',
  'batch-norm': 'batch norm',
  'scale-bias': 'scale and bias',
  'fine-tune': 'fine-tuned',
  'scratch-E': purposeNames['scratch-E'],
  'scratch-B': purposeNames['scratch-B'],
};

/** Where a recovery stands, in words. */
export function progressWords(progress: RecoveryProgress): string {
  const { round, pruning, layer } = progress;
  const tuning = currentTuning(progress);
  const place = round ? `Round ${round.round} of at most ${round.rounds}: ` : '';
  if (pruning !== null) return `${place}pruning ${layerName(pruning)}`;
  if (tuning) return place + tuningWords(tuning);
  if (layer)
    return `${place}${methodNames[layer.method].toLowerCase()}, layer ${layer.done} of ${layer.total}`;
  return `${place}measuring`;
}

/** How far the work at hand is, from 0 to 1. */
export function progressShare(progress: RecoveryProgress): number {
  const tuning = currentTuning(progress);
  if (progress.pruning === null && tuning) return (tuning.steps.at(-1)?.step ?? 0) / tuning.began.steps;
  const { layer } = progress;
  return layer ? layer.done / layer.total : 0;
}

function currentTuning({ tunings }: RecoveryProgress): Tuning | null {
  return Object.values(tunings).findLast(({ ended }) => ended === null) ?? null;
}

function tuningWords({ began, steps }: Tuning): string {
  const what = began.purpose === 'recovery' ? 'fine-tuning' : purposeNames[began.purpose];
  const last = steps.at(-1);
  if (!last) return `${what}, ${began.trainSamples} samples`;
  const left = formatDuration(last.secondsLeft * 1000);
  return `${what}, epoch ${last.epoch} of ${began.epochs}, step ${last.step} of ${began.steps}, about ${left} left`;
}
