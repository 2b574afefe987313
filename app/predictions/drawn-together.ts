import type { PredictedTask } from '../../src/inspect';

type Together = readonly [PredictedTask, ...PredictedTask[]];

/** Neighbouring tasks whose boxes are the same: the components of one detector. */
export function drawnTogether(tasks: readonly PredictedTask[]): readonly Together[] {
  const sets: Together[] = [];
  for (const task of tasks) {
    const last = sets.at(-1);
    if (last && sameBoxes(last[0], task)) sets[sets.length - 1] = [...last, task];
    else sets.push([task]);
  }
  return sets;
}

const sameBoxes = (one: PredictedTask, other: PredictedTask) =>
  one.before.picture.kind === 'boxes' && boxesOf(one) === boxesOf(other);

const boxesOf = ({ before, after }: PredictedTask) => JSON.stringify([before.picture, after.picture]);
