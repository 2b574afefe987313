import type { TaskLosses } from '../engine/oracle';
import { InputError } from '../util/errors';
import type { SessionTask } from './session';

/** Relative rise of each task's loss over its base, Δ_t = ℓ_t/base_t − 1; a loss that overflowed counts as the largest number. */
export function lossDrops(losses: TaskLosses, base: TaskLosses): TaskLosses {
  return Object.fromEntries(
    Object.entries(base).map(([task, baseLoss]) => {
      const drop = (losses[task] ?? NaN) / baseLoss - 1;
      return [task, Number.isFinite(drop) ? drop : Number.MAX_VALUE];
    }),
  );
}

/** The task with the largest drop when that exceeds the threshold, else null; the first of several. */
export function violatingTask(drops: TaskLosses, threshold: number): string | null {
  let worst: string | null = null;
  let limit = threshold;
  for (const [task, drop] of Object.entries(drops)) {
    if (drop > limit) {
      worst = task;
      limit = drop;
    }
  }
  return worst;
}

/** base_t ← max(base_t, ℓ_t) */
export function raisedBase(base: TaskLosses, losses: TaskLosses): TaskLosses {
  return Object.fromEntries(
    Object.entries(base).map(([task, loss]) => [task, Math.max(loss, losses[task] ?? loss)]),
  );
}

export function summedLoss(losses: TaskLosses, tasks: readonly SessionTask[]): number {
  return tasks.reduce((sum, { name, weight }) => sum + weight * (losses[name] ?? 0), 0);
}

/** @throws InputError when a task's loss on the unpruned model leaves its relative rise undefined */
export function requireUsableBaseline(baseline: TaskLosses, tasks: readonly SessionTask[]): void {
  for (const { name } of tasks) {
    const loss = baseline[name];
    if (loss === undefined || !Number.isFinite(loss)) {
      throw new InputError({
        file: 'calibration',
        place: `task "${name}"`,
        problem: 'the loss of the unpruned model is not a finite number.',
        advice: "Check the task's output, labels and preprocessing.",
      });
    }
    if (loss <= 0) {
      throw new InputError({
        file: 'calibration',
        place: `task "${name}"`,
        problem: `the loss of the unpruned model is ${loss}, so a relative rise over it has no meaning.`,
        advice: 'Give it labels that the model does not fit perfectly, or leave the task out.',
      });
    }
  }
}
