import type { TaskLosses } from '../../src/engine/oracle';
import type { TuningPurpose } from '../../src/recovery/events';
import type { PlotRow } from '../charts/plot-data';
import type { RecoveryProgress, Tuning } from './progress';

/** A curve's key: the recovery's carry the task's name alone. */
export const curveKey = (task: string, purpose: TuningPurpose) =>
  purpose === 'recovery' ? task : `${task}, ${purpose}`;

/** A task's values on the validation set over the steps of each training. */
export function validationRows(
  { tunings }: Pick<RecoveryProgress, 'tunings'>,
  tasks: readonly string[],
  of: 'losses' | 'metrics',
): PlotRow[] {
  const points = Object.values(tunings).flatMap((tuning) =>
    evaluated(tuning, of).map(({ step, values }) => ({ step, values, purpose: tuning.began.purpose })),
  );
  const steps = [...new Set(points.map(({ step }) => step))].sort((a, b) => a - b);
  return steps.map((x) => ({
    x,
    group: null,
    values: Object.fromEntries(
      points
        .filter(({ step }) => step === x)
        .flatMap(({ values, purpose }) =>
          tasks.map((task) => [curveKey(task, purpose), values[task] ?? null] as const),
        ),
    ),
  }));
}

function evaluated({ began, evaluations }: Tuning, of: 'losses' | 'metrics') {
  const later = evaluations.map(({ step, figures }) => ({ step, values: figures[of] }));
  return [{ step: 0, values: began.before[of] }, ...later];
}

/** The share of the whole at each point of the learning rate's curve, in steps. */
export function rateRows({ began }: Tuning): PlotRow[] {
  const { learningRates, steps } = began;
  return learningRates.map((rate, at) => ({
    x: Math.round((steps * at) / Math.max(1, learningRates.length - 1)),
    group: null,
    values: { rate },
  }));
}

/** Mean training losses of each task over windows of steps, so that long trainings stay readable. */
export function trainingRows({ steps }: Tuning, tasks: readonly string[], most = 120): PlotRow[] {
  const window = Math.max(1, Math.ceil(steps.length / most));
  const rows: PlotRow[] = [];
  for (let first = 0; first < steps.length; first += window) {
    const some = steps.slice(first, first + window);
    const last = some.at(-1);
    if (!last) continue;
    const values = Object.fromEntries(tasks.map((task) => [trainingKey(task), mean(some, task)]));
    rows.push({ x: last.step, group: null, values });
  }
  return rows;
}

export const trainingKey = (task: string) => `${task}, training`;

function mean(steps: readonly { readonly losses: TaskLosses }[], task: string): number | null {
  const values = steps.flatMap(({ losses }) => losses[task] ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
