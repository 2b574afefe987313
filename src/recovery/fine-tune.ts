import {
  heldSet,
  learningRate,
  registerGradients,
  Training,
  type Checkpoint,
  type TrainingEvent,
} from '../engine/train';
import { editableParams } from '../graph/editable';
import type {
  TuningEnded,
  TuningEvaluated,
  TuningBegan,
  TuningFigures,
  TuningPurpose,
  TuningStep,
} from './events';
import { augmentationFor } from './augmentation';
import { examine, type Examination } from './figures';
import { slicedNetwork, withTrained, type Network, type Reference } from './network';
import { TuningObjective, type TunedTask } from './objective';
import type { TuningData } from './data';
import type { FineTuneSettings } from './settings';

/** Training and validation sets with the tasks bound to them. */
export interface Tuning {
  readonly data: TuningData;
  /** Bound to the training set. */
  readonly tasks: readonly TunedTask[];
  readonly validation: Examination;
  /** The unpruned network's figures there. */
  readonly original: TuningFigures;
}

export type TuningEvent = TuningBegan | TuningStep | TuningEvaluated | TuningEnded;

/** All that a fine-tuning needs to go on later as if it had never stopped. */
export interface TuningCheckpoint {
  readonly training: Checkpoint;
  readonly taskWeights: Readonly<Record<string, number>>;
  readonly best: Candidate;
  readonly sinceBest: number;
}

export interface Candidate {
  readonly network: Network;
  readonly step: number;
  readonly figures: TuningFigures;
  readonly score: number;
}

export interface FineTuneOptions {
  readonly purpose?: TuningPurpose;
  readonly signal?: AbortSignal | undefined;
  readonly from?: TuningCheckpoint;
  /** Told at every evaluation. */
  readonly onCheckpoint?: (checkpoint: TuningCheckpoint) => void;
  /** Told of the network that every evaluation judges, before its event. */
  readonly onEvaluated?: (judged: Candidate) => void;
}

const CURVE_POINTS = 101;

/**
 * Trains a pruned network, judges it on the validation set as it goes, and returns the best it was, which may be
 * the network it began with. Pauses while it is not pulled.
 */
export async function* fineTune(
  reference: Reference,
  start: Network,
  tuning: Tuning,
  settings: FineTuneSettings,
  options: FineTuneOptions = {},
): AsyncGenerator<TuningEvent, Candidate> {
  const { purpose = 'recovery', signal, from, onCheckpoint, onEvaluated } = options;
  registerGradients();
  const student = slicedNetwork(reference, start);
  const objective = new TuningObjective({
    reference,
    keep: start.keep,
    student,
    tasks: tuning.tasks,
    settings,
  });
  const training = new Training(plan(student, reference, tuning, settings, objective), from?.training);
  if (from) objective.weights.restore(from.taskWeights);
  const judge = async (network: Network, step: number): Promise<Candidate> => {
    const figures = await examine(reference.channels, network, tuning.validation);
    return { network, step, figures, score: scoreOf(figures, tuning) };
  };
  const begun = performance.now();
  try {
    const first = await judge(start, 0);
    let best = from?.best ?? first;
    let sinceBest = from?.sinceBest ?? 0;
    let why: TuningEnded['why'] = 'done';
    let message: string | null = null;
    const times = new StepTimes();
    let evaluateEvery = Infinity;
    let steps = 0;
    for await (const event of training.run()) {
      signal?.throwIfAborted();
      if (event.kind === 'training-began') {
        steps = event.steps;
        evaluateEvery = Math.max(1, Math.round(event.stepsPerEpoch / settings.evaluationsPerEpoch));
        yield began(event, purpose, tuning, settings, first.figures);
      }
      if (event.kind === 'training-diverged') {
        why = 'diverged';
        message = event.message;
        const restored = await judge(await current(training, reference, start, settings), event.restored);
        if (restored.score < best.score) best = restored;
      }
      if (event.kind !== 'training-step') continue;
      const { step, epoch } = event;
      times.add(event.seconds);
      yield {
        kind: 'tuning-step',
        purpose,
        step,
        epoch,
        learningRate: event.learningRate,
        losses: event.losses,
        gradientNorm: event.gradientNorm,
        secondsLeft: times.mean() * (steps - step),
      };
      if (step % evaluateEvery !== 0 && step !== steps) continue;
      const now = await judge(await current(training, reference, start, settings), step);
      const isBest = now.score < best.score;
      if (isBest) best = now;
      sinceBest = isBest ? 0 : sinceBest + 1;
      onEvaluated?.(now);
      onCheckpoint?.({
        training: await training.checkpoint(),
        taskWeights: objective.weights.state(),
        best,
        sinceBest,
      });
      yield {
        kind: 'tuning-evaluated',
        purpose,
        step,
        epoch,
        figures: now.figures,
        score: now.score,
        best: isBest,
      };
      if (settings.patience !== null && sinceBest >= settings.patience && step < steps) {
        why = 'early-stopping';
        message = `The validation losses have not fallen for ${sinceBest} evaluations, so the training ended; step ${best.step} is kept.`;
        break;
      }
    }
    const seconds = (performance.now() - begun) / 1000;
    yield {
      kind: 'tuning-ended',
      purpose,
      why,
      message,
      keptStep: best.step,
      figures: best.figures,
      seconds,
    };
    return best;
  } finally {
    training.dispose();
    objective.dispose();
  }
}

function plan(
  student: ReturnType<typeof slicedNetwork>,
  reference: Reference,
  { data, tasks }: Tuning,
  settings: FineTuneSettings,
  objective: TuningObjective,
): ConstructorParameters<typeof Training>[0] {
  const { averageDecay, clipNorm, weightDecay, warmUp, seed } = settings;
  const editable = editableParams(reference.original);
  const specs = tasks.map(({ task }) => task.spec);
  const augmentation = augmentationFor(settings.augment, data, specs);
  return {
    graph: student,
    set: heldSet(data.train),
    objective,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    schedule: {
      kind: settings.schedule,
      peak: settings.learningRate,
      ...(warmUp === undefined ? {} : { warmUp }),
    },
    trainer: {
      optimiser: settings.optimiser === 'sgd' ? { kind: 'sgd', momentum: 0.9 } : { kind: 'adamw' },
      weightDecay,
      ...(clipNorm === null ? {} : { clipNorm }),
      ...(averageDecay === null ? {} : { averageDecay }),
      trains: ({ id }) => editable.has(id),
      seed,
    },
    ...(augmentation ? { augmentation } : {}),
  };
}

async function current(
  training: Training,
  reference: Reference,
  start: Network,
  { averageDecay }: FineTuneSettings,
): Promise<Network> {
  const trained = await training.snapshot(averageDecay === null ? 'current' : 'average');
  return withTrained(reference, start, trained);
}

/** Sum of the tasks' weighted losses, each over the unpruned network's. */
function scoreOf({ losses }: TuningFigures, { tasks, original }: Tuning): number {
  return tasks.reduce((sum, { task: { spec } }) => {
    const relative = (losses[spec.name] ?? NaN) / Math.max(original.losses[spec.name] ?? NaN, 1e-12);
    return sum + (spec.weight ?? 1) * (Number.isNaN(relative) ? Infinity : relative);
  }, 0);
}

function began(
  { steps, stepsPerEpoch, batchSize }: Extract<TrainingEvent, { kind: 'training-began' }>,
  purpose: TuningPurpose,
  { data, original }: Tuning,
  settings: FineTuneSettings,
  before: TuningFigures,
): TuningBegan {
  const schedule = { kind: settings.schedule, peak: settings.learningRate };
  const full = settings.warmUp === undefined ? schedule : { ...schedule, warmUp: settings.warmUp };
  return {
    kind: 'tuning-began',
    purpose,
    trainSamples: data.train.count,
    validationSamples: data.validation.count,
    source: data.source,
    warnings: data.warnings,
    epochs: settings.epochs,
    steps,
    stepsPerEpoch,
    batchSize,
    learningRates: Array.from({ length: CURVE_POINTS }, (_, i) => learningRate(full, i / (CURVE_POINTS - 1))),
    before,
    original,
  };
}

/** Seconds a step, of late. */
class StepTimes {
  #mean = 0;
  #count = 0;

  add(seconds: number): void {
    this.#count = Math.min(this.#count + 1, 20);
    this.#mean += (seconds - this.#mean) / this.#count;
  }

  mean(): number {
    return this.#mean;
  }
}
