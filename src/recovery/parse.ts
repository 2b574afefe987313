import type { Fields, NumberRule } from '../util/fields';
import type { RecoveryMethod } from './events';
import {
  defaultFineTune,
  defaultRecover,
  defaultRounds,
  type DistillSettings,
  type FineTuneSettings,
  type RecoverSettings,
  type RoundsSettings,
} from './settings';

const methods: readonly RecoveryMethod[] = ['least-squares', 'batch-norm', 'scale-bias', 'fine-tune'];

const positive: NumberRule = { test: (value) => value > 0, advice: 'Give a number above 0.' };
const notNegative: NumberRule = { test: (value) => value >= 0, advice: 'Give a number of at least 0.' };
const count: NumberRule = {
  test: (value) => Number.isInteger(value) && value >= 1,
  advice: 'Give a whole number of at least 1.',
};
const whole: NumberRule = {
  test: (value) => Number.isInteger(value) && value >= 0,
  advice: 'Give a whole number of at least 0.',
};
const fraction: NumberRule = {
  test: (value) => value > 0 && value < 1,
  advice: 'Give a number between 0 and 1.',
};
const part: NumberRule = {
  test: (value) => value >= 0 && value <= 1,
  advice: 'Give a number from 0 to 1.',
};

/** The recipe's `"recover"`. @throws InputError naming the key and the mend */
export function readRecover(fields: Fields): RecoverSettings {
  const settings: RecoverSettings = {
    when: fields.choice('when', ['after', 'each-commit'], defaultRecover.when),
    methods: readMethods(fields),
    fineTune: readFineTune(fields),
  };
  fields.warnOfOthers();
  return settings;
}

/** The settings as the recipe writes them. */
export function recoverFields({ when, methods, fineTune }: RecoverSettings): object {
  if (!methods.includes('fine-tune')) return { when, methods };
  const { train, ...rest } = fineTune;
  return { when, methods, ...(train === null ? {} : { train }), ...rest };
}

function readMethods(fields: Fields): readonly RecoveryMethod[] {
  if (!fields.has('methods')) return defaultRecover.methods;
  const advice = `Give a list of ${methods.map((method) => `"${method}"`).join(', ')}.`;
  return fields.list('methods', advice).map((value, index) => {
    const method = methods.find((one) => one === value);
    if (method) return method;
    throw fields.error(`methods[${index}]`, `${JSON.stringify(value)} is not known.`, advice);
  });
}

function readFineTune(fields: Fields): FineTuneSettings {
  const d = defaultFineTune;
  return {
    train: fields.has('train')
      ? fields.text('train', 'Give the path of a file, relative to the recipe.')
      : d.train,
    validation: readValidation(fields),
    epochs: fields.number('epochs', count, d.epochs),
    batchSize: fields.number('batchSize', count, d.batchSize),
    optimiser: fields.choice('optimiser', ['sgd', 'adamw'], d.optimiser),
    learningRate: fields.number('learningRate', positive, d.learningRate),
    schedule: fields.choice('schedule', ['constant', 'cosine', 'one-cycle'], d.schedule),
    ...(fields.has('warmUp') ? { warmUp: fields.number('warmUp', part) } : {}),
    weightDecay: fields.number('weightDecay', notNegative, d.weightDecay),
    clipNorm: nullable(fields, 'clipNorm', positive, d.clipNorm),
    averageDecay: nullable(fields, 'averageDecay', fraction, d.averageDecay),
    labels: fields.number('labels', notNegative, d.labels),
    weighting: fields.choice('weighting', ['fixed', 'uncertainty'], d.weighting),
    distill: readDistill(fields),
    augment: readAugment(fields),
    patience: nullable(fields, 'patience', count, d.patience),
    evaluationsPerEpoch: fields.number('evaluationsPerEpoch', count, d.evaluationsPerEpoch),
    scratch: readScratch(fields),
    scratchLearningRate: fields.number('scratchLearningRate', positive, d.scratchLearningRate),
    seed: fields.number('seed', whole, d.seed),
  };
}

function readValidation(fields: Fields): string | number {
  if (!fields.has('validation')) return defaultFineTune.validation;
  return fields.isText('validation')
    ? fields.text('validation')
    : fields.number('validation', {
        ...fraction,
        advice: 'Give the path of a file, or the part that is held out, between 0 and 1.',
      });
}

function readDistill(recover: Fields): DistillSettings {
  if (!recover.has('distill')) return defaultFineTune.distill;
  const fields = recover.object('distill', 'Give { "outputs": …, "temperature": …, "features": … }.');
  const d = defaultFineTune.distill;
  const settings = {
    outputs: fields.number('outputs', notNegative, d.outputs),
    temperature: fields.number('temperature', positive, d.temperature),
    features: fields.number('features', notNegative, d.features),
  };
  fields.warnOfOthers();
  return settings;
}

function readAugment(recover: Fields): FineTuneSettings['augment'] {
  if (!recover.has('augment')) return defaultFineTune.augment;
  const fields = recover.object('augment', 'Give { "flip": …, "shift": …, "crop": … }.');
  const settings = {
    ...(fields.has('flip') ? { flip: fields.number('flip', part) } : {}),
    ...(fields.has('shift') ? { shift: fields.number('shift', whole) } : {}),
    ...(fields.has('crop') ? { crop: fields.number('crop', positive) } : {}),
  };
  fields.warnOfOthers();
  return settings;
}

function readScratch(fields: Fields): readonly ('E' | 'B')[] {
  return fields.texts('scratch').map((text, index) => {
    if (text === 'E' || text === 'B') return text;
    throw fields.error(
      `scratch[${index}]`,
      `"${text}" is not known.`,
      'Use "E" for the same epochs, "B" for the same compute.',
    );
  });
}

function nullable(fields: Fields, key: string, rule: NumberRule, fallback: number | null): number | null {
  if (!fields.has(key)) return fallback;
  return fields.isNull(key) ? null : fields.number(key, rule);
}

/** The recipe's `"rounds"`. @throws InputError naming the key and the mend */
export function readRounds(fields: Fields): RoundsSettings {
  const settings: RoundsSettings = {
    count: fields.number('count', count, defaultRounds.count),
    macs: nullable(fields, 'macs', fraction, defaultRounds.macs),
    metricDrop: nullable(fields, 'metricDrop', notNegative, defaultRounds.metricDrop),
    deltaSlope: fields.number('deltaSlope', notNegative, defaultRounds.deltaSlope),
    alphaSlope: fields.number('alphaSlope', notNegative, defaultRounds.alphaSlope),
  };
  fields.warnOfOthers();
  return settings;
}
