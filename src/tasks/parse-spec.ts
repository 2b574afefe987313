import { catalogue, type LossEntry } from './catalogue';
import { lossNames } from './loss-names';
import { optionRules } from './option-rules';
import type { TaskOptions } from './options';
import type { TaskSpec } from './task';
import type { Fields, NumberRule } from '../util/fields';

const positive: NumberRule = { test: (value) => value > 0, advice: 'Give a number above 0.' };

/**
 * Reads a task of a recipe, with the options that its loss knows.
 * @throws InputError naming the key and the mend
 */
export function readTask(fields: Fields): TaskSpec {
  const loss = fields.choice('loss', lossNames);
  const entry = catalogue[loss];
  const task: TaskSpec = {
    name: fields.text('name', 'Give the task a name.'),
    loss,
    output: fields.textOrTexts('output', outputAdvice(entry)),
    ...(needsLabels(entry) || fields.has('labels')
      ? { labels: fields.textOrTexts('labels', labelAdvice(entry)) }
      : {}),
    weight: fields.number('weight', positive, 1),
    ...(fields.has('mask')
      ? { mask: fields.text('mask', 'Give the name of an array, or leave it out.') }
      : {}),
    reduction: fields.choice('reduction', ['mean', 'sum'], 'mean'),
    ...readOptions(fields, entry),
  };
  fields.warnOfOthers();
  return task;
}

const needsLabels = ({ labels, requiredLabels = labels.length }: LossEntry): boolean => requiredLabels > 0;

function outputAdvice({ outputs }: LossEntry): string {
  return outputs !== 'many' && outputs.length === 1
    ? 'Give the name of the model output that the task reads.'
    : `Give the names of the model outputs that the task reads${outputs === 'many' ? '' : `: ${outputs.join(', ')}`}.`;
}

function labelAdvice({ labels }: LossEntry): string {
  return labels.length < 2
    ? 'Give the name of the array that holds the labels.'
    : `Give the names of the arrays that hold the labels: ${labels.join(', ')}.`;
}

function readOptions(fields: Fields, { options, metrics }: LossEntry): TaskOptions {
  const given = Object.fromEntries(
    options.filter((key) => fields.has(key)).map((key) => [key, readOption(fields, key)]),
  );
  return fields.has('metric') && metrics.length > 0
    ? { ...given, metric: fields.choice('metric', metrics) }
    : given;
}

function readOption(fields: Fields, key: keyof TaskOptions): TaskOptions[keyof TaskOptions] {
  if (key === 'metric') return undefined;
  const rule = optionRules[key];
  switch (rule.kind) {
    case 'number':
      return fields.number(key, rule);
    case 'numbers':
      return fields.numbers(key, rule, []);
    case 'lists':
      return fields.numberLists(key, rule);
    case 'choice':
      return fields.choice(key, rule.choices);
    case 'text':
      return fields.text(key, rule.advice);
  }
}
