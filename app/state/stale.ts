import { currentSetup, useStudio, type StudioState } from './studio';

/** Whether the settings have changed since the shown run was started. */
export function isStale(state: StudioState): boolean {
  const { run } = state;
  if (!run.setup || run.events.length === 0) return false;
  const now = currentSetup(state);
  if (now === null) return false;
  const { calibration, tasks, method, exclude, recover } = now;
  return (
    written(calibration) !== written(run.setup.calibration) ||
    written(tasks) !== written(run.setup.tasks) ||
    written(method) !== written(run.setup.method) ||
    written(exclude) !== written(run.setup.exclude) ||
    written(recover ?? nothing) !== written(run.setup.recover ?? nothing)
  );
}

const nothing = {};
const known = new WeakMap<object, string>();

/** The same text for equal settings; parts that did not change are not written again. */
function written(part: object): string {
  const before = known.get(part);
  if (before !== undefined) return before;
  const text = JSON.stringify(canonical(part));
  known.set(part, text);
  return text;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, canonical(item)]);
}

export function useStale(): boolean {
  return useStudio(isStale);
}
