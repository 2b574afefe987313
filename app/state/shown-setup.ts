import { useMemo } from 'react';
import type { RunSetup } from '../../workers/api';
import { currentSetup, useStudio } from './studio';

/** What the run on show was made with, before a run what one would be made with; null while something is missing. */
export function useShownSetup(): RunSetup | null {
  const ofRun = useStudio((state) => (state.run.events.length > 0 ? state.run.setup : null));
  const model = useStudio((state) => state.model);
  const spec = useStudio((state) => state.spec);
  const tasks = useStudio((state) => state.tasks);
  const method = useStudio((state) => state.method);
  const exclude = useStudio((state) => state.exclude);
  const recover = useStudio((state) => state.recover);
  const current = useMemo(
    () => currentSetup({ model, spec, tasks, method, exclude, recover }),
    [model, spec, tasks, method, exclude, recover],
  );
  return ofRun ?? current;
}

/** Whether the worker can be asked about networks: a backend, and the model and the set opened there. */
export function useCanLook(): boolean {
  return useStudio(
    ({ backend, model, calibration, busy }) =>
      backend !== null && model !== null && calibration !== null && !busy?.opening,
  );
}
