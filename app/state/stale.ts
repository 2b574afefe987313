import { currentSetup, useStudio, type StudioState } from './studio';

/** Whether the settings have changed since the shown run was started. */
export function isStale(state: StudioState): boolean {
  const { run } = state;
  if (!run.setup || run.events.length === 0) return false;
  const now = currentSetup(state);
  return now !== null && JSON.stringify(canonical(now)) !== JSON.stringify(canonical(run.setup));
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
