import { markerPath } from './marker-path';
import { taskStyle } from '../state/task-style';

interface Props {
  readonly task: string;
  readonly tasks: readonly string[];
}

/** A task's name beside its marker, in its colour. */
export function TaskName({ task, tasks }: Props) {
  const { color, marker } = taskStyle(tasks, task);
  return (
    <span className="task-name">
      <svg width="10" height="10" viewBox="-5 -5 10 10" aria-hidden="true">
        <path d={markerPath(marker, 3.2)} fill={color} />
      </svg>
      {task}
    </span>
  );
}
