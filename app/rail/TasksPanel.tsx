import { outputNames, type LossName, type TaskSpec } from '../../src/tasks/task';
import type { ArraySummary, ModelSummary } from '../../workers/api';
import { changeTasks } from '../state/setup';
import { useStudio } from '../state/studio';
import { TaskMark } from '../ui/TaskMark';
import { Panel } from './Panel';
import './TasksPanel.css';

const losses: readonly { readonly value: LossName; readonly label: string }[] = [
  { value: 'cross-entropy', label: 'Cross-entropy' },
  { value: 'binary-cross-entropy', label: 'Binary cross-entropy' },
  { value: 'mse', label: 'Mean squared error' },
  { value: 'l1', label: 'L1' },
  { value: 'smooth-l1', label: 'Smooth L1' },
  { value: 'centernet-focal', label: 'CenterNet focal' },
  { value: 'agreement', label: 'Agreement (no labels)' },
];

export function TasksPanel() {
  const tasks = useStudio((state) => state.tasks);
  const model = useStudio((state) => state.model);
  const calibration = useStudio((state) => state.calibration);
  const problems = useStudio((state) => state.problems).filter(
    ({ part }) => part === 'tasks' || part === 'model',
  );
  const state = problems.length > 0 ? 'problem' : tasks.length > 0 ? 'ready' : 'empty';
  const descriptions = useStudio((state) => state.descriptions);
  const names = tasks.map(({ name }) => name);
  const general = problems.filter(({ task }) => task === null || !names.includes(task));
  const replace = (index: number, task: TaskSpec) => changeTasks(tasks.with(index, task));
  return (
    <Panel title="Tasks" step={3} state={state} summary={tasks.length > 0 ? names.join(', ') : null}>
      {tasks.length === 0 && (
        <p className="soft">Tasks are guessed once a model and a calibration set are there.</p>
      )}
      {general.map(({ message }) => (
        <p key={message} className="problem" role="alert">
          {message}
        </p>
      ))}
      {model &&
        tasks.map((task, index) => (
          <TaskEditor
            key={index}
            task={task}
            names={names}
            model={model}
            arrays={calibration?.arrays ?? []}
            description={descriptions[task.name] ?? null}
            problem={problems.find((problem) => problem.task === task.name)?.message ?? null}
            onChange={(changed) => replace(index, changed)}
            onRemove={tasks.length > 1 ? () => changeTasks(tasks.toSpliced(index, 1)) : null}
          />
        ))}
      {model && calibration && (
        <button
          type="button"
          className="button"
          onClick={() => changeTasks([...tasks, newTask(tasks, model)])}
        >
          Add a task
        </button>
      )}
    </Panel>
  );
}

function newTask(tasks: readonly TaskSpec[], model: ModelSummary): TaskSpec {
  const output =
    model.outputs.find(({ name }) => !tasks.some((task) => task.output === name)) ?? model.outputs[0];
  return { name: `task ${tasks.length + 1}`, loss: 'agreement', output: output?.name ?? '' };
}

interface EditorProps {
  readonly task: TaskSpec;
  readonly names: readonly string[];
  readonly model: ModelSummary;
  readonly arrays: readonly ArraySummary[];
  readonly description: string | null;
  readonly problem: string | null;
  readonly onChange: (task: TaskSpec) => void;
  readonly onRemove: (() => void) | null;
}

function TaskEditor({ task, names, model, arrays, description, problem, onChange, onRemove }: EditorProps) {
  return (
    <fieldset className="task">
      <legend>
        <TaskMark tasks={names} task={task.name} /> {task.name}
      </legend>
      <div className="grid-2">
        <label className="stacked">
          Output
          <select
            className="field"
            value={outputNames(task).join(', ')}
            onChange={(event) => onChange({ ...task, output: event.target.value })}
          >
            {[...new Set([...outputNames(task), ...model.outputs.map(({ name }) => name)])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="stacked">
          Labels
          <select
            className="field"
            value={task.labels ?? ''}
            disabled={task.loss === 'agreement'}
            onChange={(event) => onChange({ ...task, labels: event.target.value })}
          >
            <option value="">none</option>
            {arrays.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="stacked task-loss">
          Loss
          <select
            className="field"
            value={task.loss}
            onChange={(event) => onChange(withLoss(task, event.target.value))}
          >
            {losses.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      {description && !problem && <p className="soft">{description}</p>}
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
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
    </fieldset>
  );
}

function withLoss(task: TaskSpec, value: string): TaskSpec {
  const loss = losses.find((entry) => entry.value === value)?.value ?? task.loss;
  if (loss !== 'agreement') return { ...task, loss };
  const { labels, ...rest } = task;
  return { ...rest, loss };
}
