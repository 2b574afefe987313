import { outputNames, type TaskSpec } from '../../src/tasks/task';
import type { ModelSummary } from '../../workers/api';
import { changeTasks } from '../state/setup';
import { useStudio } from '../state/studio';
import { Panel } from './Panel';
import { TaskEditor } from './tasks/TaskEditor';
import './TasksPanel.css';

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
            key={`${index} ${task.name}`}
            task={task}
            names={names}
            outputs={model.outputs.map(({ name }) => name)}
            arrays={(calibration?.arrays ?? []).map(({ name }) => name)}
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

/** Compares the first output that no task reads yet with the unpruned model. */
function newTask(tasks: readonly TaskSpec[], model: ModelSummary): TaskSpec {
  const read = new Set(tasks.flatMap(outputNames));
  const output = model.outputs.find(({ name }) => !read.has(name)) ?? model.outputs[0];
  return { name: `task ${tasks.length + 1}`, loss: 'agreement', output: output?.name ?? '' };
}
