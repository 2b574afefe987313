import type { SavedRun } from '../../workers/api';
import type { StudioState } from './studio';

/** The run on show as it is kept, saved and compared; null while there is none. */
export function savedRun({ model, run, profile }: StudioState): SavedRun | null {
  if (!model || !run.setup || run.events.length === 0) return null;
  const { setup, events } = run;
  return { kind: 'pagcp-studio-run', version: 1, model: model.file, setup, events, profile };
}
