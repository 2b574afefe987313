import { useMemo } from 'react';
import { predictRun, type Prediction } from '../../src/pruning/predict';
import { isStale } from './stale';
import { useStudio, type StudioState } from './studio';

type Inputs = Pick<StudioState, 'model' | 'profile' | 'method' | 'tasks' | 'exclude'>;

/** The path a run would take with the settings as they are, from the sensitivity profile; null when it cannot be told. */
export function predict({ model, profile, method, tasks, exclude }: Inputs): Prediction | null {
  if (!model || !profile) return null;
  const groups = model.groups.map((group) =>
    exclude.includes(group.id) ? { ...group, frozen: 'excluded' } : group,
  );
  const weighted = tasks.map(({ name, weight }) => ({ name, weight: weight ?? 1 }));
  if (weighted.some(({ name }) => profile.baseline[name] === undefined)) return null;
  try {
    return predictRun({ profile, groups, cost: model.cost, tasks: weighted, settings: method });
  } catch {
    // The thresholds make no schedule; the panel says so.
    return null;
  }
}

/** Shown while no exact run answers for the current settings. */
export function usePrediction(): Prediction | null {
  const model = useStudio((state) => state.model);
  const profile = useStudio((state) => state.profile);
  const method = useStudio((state) => state.method);
  const tasks = useStudio((state) => state.tasks);
  const exclude = useStudio((state) => state.exclude);
  const wanted = useStudio((state) => state.run.setup === null || isStale(state));
  return useMemo(
    () => (wanted ? predict({ model, profile, method, tasks, exclude }) : null),
    [wanted, model, profile, method, tasks, exclude],
  );
}
