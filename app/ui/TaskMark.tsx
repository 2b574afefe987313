import { taskStyle, type Marker } from '../state/task-style';

const shapes: Readonly<Record<Marker, string>> = {
  circle: 'M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10z',
  square: 'M1.5 1.5h9v9h-9z',
  triangle: 'M6 1l5.5 10h-11z',
  diamond: 'M6 .5l5.5 5.5l-5.5 5.5l-5.5-5.5z',
  cross: 'M4 1h4v3h3v4h-3v3h-4v-3h-3v-4h3z',
  star: 'M6 .5l1.6 3.6l3.9.4l-2.9 2.6l.8 3.9l-3.4-2l-3.4 2l.8-3.9l-2.9-2.6l3.9-.4z',
  wye: 'M6 6l-5-5h10zM4.5 6h3v5.5h-3z',
};

/** A task's colour and shape, beside its name. */
export function TaskMark({ tasks, task }: { readonly tasks: readonly string[]; readonly task: string }) {
  const { color, marker } = taskStyle(tasks, task);
  return (
    <svg className="task-mark" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={shapes[marker]} fill={color} />
    </svg>
  );
}
