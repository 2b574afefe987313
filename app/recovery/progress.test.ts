import { describe, expect, it } from 'vitest';
import type { ModelFigures } from '../../src/pruning/report';
import type { RecoveryEvent, TuningPurpose } from '../../src/recovery/events';
import { rateRows, trainingRows, validationRows } from './curves';
import { metricStages, wonBack } from './metric-stages';
import { advanceRecovery, noProgress } from './progress';
import { progressShare, progressWords } from './words';

const figures = (accuracy: number, macs = 60): ModelFigures => ({
  macs,
  params: 10,
  losses: { left: 1 - accuracy },
  metrics: { left: accuracy },
});
const on = (loss: number) => ({ losses: { left: loss }, metrics: { left: 1 - loss } });

const began: RecoveryEvent = {
  kind: 'recovery-began',
  methods: ['least-squares', 'fine-tune'],
  original: figures(0.98, 100),
  pruned: figures(0.9),
};
const layer: RecoveryEvent = {
  kind: 'layer-recovered',
  method: 'least-squares',
  layer: 'conv2',
  done: 3,
  total: 4,
  errorBefore: 0.5,
  errorAfter: 0.1,
  macs: 1e6,
};
const solved: RecoveryEvent = {
  kind: 'method-ended',
  method: 'least-squares',
  figures: figures(0.94),
  seconds: 1,
};
const tuning = (purpose: TuningPurpose): RecoveryEvent => ({
  kind: 'tuning-began',
  purpose,
  trainSamples: 640,
  validationSamples: 64,
  source: 'calibration',
  warnings: ['The calibration set is all there is.'],
  epochs: 2,
  steps: 20,
  stepsPerEpoch: 10,
  batchSize: 64,
  learningRates: [0, 0.1, 0],
  before: on(0.2),
  original: on(0.05),
});
const step = (at: number): RecoveryEvent => ({
  kind: 'tuning-step',
  purpose: 'recovery',
  step: at,
  epoch: at <= 10 ? 1 : 2,
  learningRate: 0.1,
  losses: { left: 1 / at },
  gradientNorm: 1,
  secondsLeft: 20 - at,
});
const evaluated: RecoveryEvent = {
  kind: 'tuning-evaluated',
  purpose: 'recovery',
  step: 10,
  epoch: 1,
  figures: on(0.1),
  score: 1,
  best: true,
};
const after = (...events: readonly RecoveryEvent[]) => events.reduce(advanceRecovery, noProgress);

describe('a recovery under way', () => {
  it('says which layer is solved', () => {
    const progress = after(began, layer);
    expect(progressWords(progress)).toBe('least squares, layer 3 of 4');
    expect(progressShare(progress)).toBe(0.75);
  });

  it('says how far a training is and how long it takes yet', () => {
    const progress = after(began, solved, tuning('recovery'), step(1), step(12));
    expect(progressWords(progress).replaceAll('\u202f', ' ')).toBe(
      'fine-tuning, epoch 2 of 2, step 12 of 20, about 8.0 s left',
    );
    expect(progressShare(progress)).toBe(0.6);
  });

  it('begins anew with each round, but for the network that was brought', () => {
    const second: RecoveryEvent = { ...began, original: figures(0.95, 60), pruned: figures(0.8, 40) };
    const progress = after(began, solved, tuning('recovery'), second);
    expect(progress.stages).toEqual([]);
    expect(progress.tunings).toEqual({});
    expect(progress.original).toEqual(figures(0.98, 100));
    expect(progress.pruned).toEqual(figures(0.8, 40));
  });
});

it('shows how much of what was lost came back', () => {
  const stages = metricStages(after(began, solved));
  expect(stages.map(({ name }) => name)).toEqual(['Unpruned', 'Pruned', 'Least squares']);
  expect(wonBack(stages, 'left')).toBeCloseTo(0.5);
  expect(wonBack(stages.slice(0, 2), 'left')).toBeNull();
});

it('draws curves over steps: validation from before the first, training in windows, the schedule to its end', () => {
  const progress = after(began, tuning('recovery'), ...[1, 2, 3, 4].map(step), evaluated);
  const training = progress.tunings.recovery;
  if (!training) throw new Error('The training is missing.');
  expect(validationRows(progress, ['left'], 'losses').map(({ x, values }) => [x, values['left']])).toEqual([
    [0, 0.2],
    [10, 0.1],
  ]);
  expect(trainingRows(training, ['left'], 2).map(({ x, values }) => [x, values['left, training']])).toEqual([
    [2, 0.75],
    [4, (1 / 3 + 1 / 4) / 2],
  ]);
  expect(rateRows(training).map(({ x, values }) => [x, values['rate']])).toEqual([
    [0, 0],
    [10, 0.1],
    [20, 0],
  ]);
});
