import { useId } from 'react';
import { optionRules, type OptionRule } from '../../../src/tasks/option-rules';
import type { TaskOptions } from '../../../src/tasks/options';
import type { TaskSpec } from '../../../src/tasks/task';
import { DraftField } from './DraftField';
import { withOption } from './edit-task';
import { optionTexts } from './option-texts';

interface Props {
  readonly task: TaskSpec;
  readonly option: Exclude<keyof TaskOptions, 'metric'>;
  readonly onChange: (task: TaskSpec) => void;
}

/** One option of a task's loss; an empty field leaves it to its default. */
export function OptionField({ task, option, onChange }: Props) {
  const id = useId();
  const rule = optionRules[option];
  const { label, text } = optionTexts[option];
  const set = (value: TaskSpec[typeof option]) => onChange(withOption(task, option, value));
  if (rule.kind === 'choice') {
    return (
      <label className="stacked">
        <span>{label}</span>
        <select
          className="field"
          value={String(task[option] ?? '')}
          aria-describedby={id}
          onChange={(event) => set(event.target.value || undefined)}
        >
          <option value="">as usual</option>
          {rule.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
        <span id={id} className="soft option-text">
          {text}
        </span>
      </label>
    );
  }
  return (
    <DraftField
      label={label}
      text={text}
      value={write(task[option])}
      {...(rule.kind === 'number' && rule.default !== undefined ? { placeholder: String(rule.default) } : {})}
      lines={rule.kind === 'lists' || rule.kind === 'text' ? 3 : 1}
      onTake={(draft) => {
        const value = read(rule, draft);
        if (value === null) return false;
        set(value);
        return true;
      }}
    />
  );
}

function write(value: TaskOptions[keyof TaskOptions]): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const isNested = value.some((one) => typeof one !== 'number');
  return value
    .map((one) => (typeof one === 'number' ? String(one) : one.join(', ')))
    .join(isNested ? '\n' : ', ');
}

/** What was written; `undefined` where nothing was, `null` where it cannot be read. */
function read(
  rule: Exclude<OptionRule, { kind: 'choice' }>,
  draft: string,
): TaskOptions[keyof TaskOptions] | null {
  if (draft.trim() === '') return undefined;
  if (rule.kind === 'text') return draft.trim();
  const lists = draft
    .split('\n')
    .map((line) =>
      line
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map(Number),
    )
    .filter((list) => list.length > 0);
  const numbers = lists.flat();
  if (!numbers.every((value) => Number.isFinite(value) && rule.test(value))) return null;
  if (rule.kind === 'lists') return lists;
  if (rule.kind === 'numbers') return numbers;
  return numbers.length === 1 ? numbers[0] : null;
}
