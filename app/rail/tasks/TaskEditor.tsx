import { useState } from 'react';
import { catalogue, countsPositions } from '../../../src/tasks/catalogue';
import { lossNames } from '../../../src/tasks/loss-names';
import type { TaskSpec } from '../../../src/tasks/task';
import { TaskMark } from '../../ui/TaskMark';
import { groupedLosses, withLoss, withOption } from './edit-task';
import { OptionField } from './OptionField';
import { TaskSources } from './TaskSources';

interface Props {
  readonly task: TaskSpec;
  /** Of all tasks, for the colours. */
  readonly names: readonly string[];
  readonly outputs: readonly string[];
  readonly arrays: readonly string[];
  readonly description: string | null;
  readonly problem: string | null;
  readonly onChange: (task: TaskSpec) => void;
  readonly onRemove: (() => void) | null;
}

export function TaskEditor({
  task,
  names,
  outputs,
  arrays,
  description,
  problem,
  onChange,
  onRemove,
}: Props) {
  // Many tasks are folded; one without labels still wants to be told about.
  const [open] = useState(names.length <= 2 || task.labels === undefined);
  return (
    <fieldset className="task">
      <legend>
        <TaskMark tasks={names} task={task.name} /> {task.name}
      </legend>
      <details className="task-fields" open={open}>
        <summary>
          {catalogue[task.loss].label}
          <span className="visually-hidden">: settings of {task.name}</span>
        </summary>
        <div className="grid-2">
          <label className="stacked task-loss">
            Loss
            <select
              className="field"
              value={task.loss}
              title={catalogue[task.loss].use}
              onChange={(event) => {
                const loss = lossNames.find((name) => name === event.target.value) ?? task.loss;
                onChange(withLoss(task, loss, outputs, arrays));
              }}
            >
              {groupedLosses.map(({ group, losses }) => (
                <optgroup key={group} label={group}>
                  {losses.map((loss) => (
                    <option key={loss} value={loss}>
                      {catalogue[loss].label}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          </label>
          <TaskSources task={task} outputs={outputs} arrays={arrays} onChange={onChange} />
          {task.loss === 'expression' && (
            <div className="task-loss">
              <OptionField task={task} option="expression" onChange={onChange} />
            </div>
          )}
        </div>
        <p className="soft">{description && !problem ? description : catalogue[task.loss].use}</p>
        <TaskOptionFields task={task} arrays={arrays} onChange={onChange} />
        {onRemove && (
          <button
            type="button"
            className="button quiet remove"
            onClick={onRemove}
            aria-label={`Remove the task ${task.name}`}
          >
            Remove
          </button>
        )}
      </details>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

type OptionsProps = Pick<Props, 'task' | 'arrays' | 'onChange'>;

/** The metric, what counts, and the options of the loss; folded away, since their defaults are the usual ones. */
function TaskOptionFields({ task, arrays, onChange }: OptionsProps) {
  const { options, metrics } = catalogue[task.loss];
  const isPlain = metrics.length < 2 && !countsPositions(task.loss);
  if (isPlain && options.every((option) => option === 'expression')) return null;
  return (
    <details className="task-options">
      <summary>
        Metric and options<span className="visually-hidden"> of {task.name}</span>
      </summary>
      <div className="grid-2">
        {metrics.length > 1 && (
          <label className="stacked">
            Metric
            <select
              className="field"
              value={task.metric ?? ''}
              onChange={(event) => onChange(withOption(task, 'metric', event.target.value || undefined))}
            >
              <option value="">the usual</option>
              {metrics.map((metric) => (
                <option key={metric}>{metric}</option>
              ))}
            </select>
          </label>
        )}
        {countsPositions(task.loss) && (
          <>
            <label className="stacked">
              Mask
              <select
                className="field"
                value={task.mask ?? ''}
                title="An array of positions that count"
                onChange={(event) => onChange(withOption(task, 'mask', event.target.value || undefined))}
              >
                <option value="">none</option>
                {arrays.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <label className="stacked">
              Over a sample
              <select
                className="field"
                value={task.reduction ?? 'mean'}
                onChange={(event) =>
                  onChange(withOption(task, 'reduction', event.target.value === 'sum' ? 'sum' : 'mean'))
                }
              >
                <option value="mean">mean</option>
                <option value="sum">sum</option>
              </select>
            </label>
          </>
        )}
      </div>
      {options.map(
        (option) =>
          option !== 'metric' &&
          option !== 'expression' && (
            <OptionField key={option} task={task} option={option} onChange={onChange} />
          ),
      )}
    </details>
  );
}
