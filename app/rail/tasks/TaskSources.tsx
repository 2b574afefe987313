import { catalogue } from '../../../src/tasks/catalogue';
import { labelNames, outputNames, type TaskSpec } from '../../../src/tasks/task';
import { requiredLabels, withLabels, withOutput } from './edit-task';

interface Props {
  readonly task: TaskSpec;
  readonly outputs: readonly string[];
  readonly arrays: readonly string[];
  readonly onChange: (task: TaskSpec) => void;
}

/** Which outputs the task reads and which arrays are its labels, one field for each that its loss names. */
export function TaskSources({ task, outputs, arrays, onChange }: Props) {
  const entry = catalogue[task.loss];
  const read = outputNames(task);
  const labels = labelNames(task);
  const roles =
    entry.outputs === 'many'
      ? [...read.map((_, index) => `Output ${index + 1}`), 'Another output']
      : entry.outputs;
  const extra =
    task.loss === 'expression' ? [...labels.map((_, i) => `Labels t${i + 1}`), 'Labels'] : entry.labels;
  const required = requiredLabels(entry);
  return (
    <>
      {roles.map((role, index) => (
        <Choice
          key={role}
          label={roles.length === 1 ? 'Output' : sentence(role)}
          value={read[index] ?? ''}
          offered={outputs}
          canBeNone={entry.outputs === 'many' ? read.length > 1 || index > 0 : read[index] === undefined}
          onChange={(name) => onChange(withOutput(task, index, name))}
        />
      ))}
      {extra.map((role, index) => (
        <Choice
          key={role}
          label={extra.length === 1 ? 'Labels' : sentence(role)}
          value={labels[index] ?? ''}
          offered={arrays}
          canBeNone={index >= required || labels[index] === undefined}
          onChange={(name) => onChange(withLabels(task, index, name))}
        />
      ))}
    </>
  );
}

const sentence = (role: string): string => role.charAt(0).toUpperCase() + role.slice(1);

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly offered: readonly string[];
  readonly canBeNone: boolean;
  readonly onChange: (name: string) => void;
}

/** A name among those offered; one that is not (an inner value, a missing array) stays to be seen. */
function Choice({ label, value, offered, canBeNone, onChange }: ChoiceProps) {
  return (
    <label className="stacked">
      {label}
      <select className="field" value={value} onChange={(event) => onChange(event.target.value)}>
        {canBeNone && <option value="">none</option>}
        {[...new Set([...(value === '' ? [] : [value]), ...offered])].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
