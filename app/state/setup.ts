import type { CalibrationSpec } from '../../src/calibration/calibration';
import type { ChannelLimits } from '../../src/pruning/candidates';
import type { PagcpSettings } from '../../src/pruning/recipe';
import { defaultRecover } from '../../src/recovery/settings';
import type { TaskSpec } from '../../src/tasks/task';
import { noteEdit } from './edits';
import { newestOnly } from './newest-only';
import { prunableGroups, scheduleOf } from './schedule';
import { currentSetup, studio } from './studio';
import { engine, sentence } from './worker';

export type Threshold = 'delta' | 'lambda' | 'alpha';

export function changeMethod(change: Partial<PagcpSettings>): void {
  noteEdit('method');
  studio.setState(({ method }) => ({ method: { ...method, ...change } }));
  checkThresholds();
}

/** Sets limits on what remains; `undefined` lifts one. */
export function changeLimits(change: { readonly [Limit in keyof ChannelLimits]: number | undefined }): void {
  noteEdit('method');
  studio.setState(({ method }) => {
    const entries = Object.entries({ ...method, ...change }).filter(([, value]) => value !== undefined);
    // Only limits that were lifted are left out, and those are optional.
    return { method: Object.fromEntries(entries) as unknown as PagcpSettings };
  });
}

/** Whether a run makes up for every commit before it goes on. */
export function changeRecoverEachCommit(wanted: boolean): void {
  noteEdit('recover');
  studio.setState({ recover: wanted ? { ...defaultRecover, when: 'each-commit' } : null });
}

/** The published code knows neither limits on what remains nor recovery, so they are lifted with the change to it. */
export function changeMode(mode: PagcpSettings['mode']): void {
  if (mode === 'published') {
    changeLimits({ minKept: undefined, keptMultiple: undefined, maxRatio: undefined });
    changeRecoverEachCommit(false);
  }
  changeMethod({ mode });
}

/** Sets two thresholds; the third is left out of the settings and follows from them. */
export function changeThresholds(pair: Partial<Record<Threshold, number>>): void {
  noteEdit('method');
  studio.setState(({ method }) => {
    const { delta, lambda, alpha, ...rest } = method;
    return { method: { ...rest, ...pair } };
  });
  checkThresholds();
}

/** Thresholds are settled here, at every move of a slider; the worker is asked only where that changes whether a run can start. */
function checkThresholds(): void {
  const { method, model, exclude, problems } = studio.getState();
  const groups = model ? prunableGroups(model.groups, exclude).length : null;
  const stopped = problems.some(({ part }) => part === 'thresholds');
  if (stopped !== (scheduleOf(method, groups).problem !== null)) checkSetup();
}

export function changeSpec(change: Partial<CalibrationSpec>): void {
  noteEdit('spec');
  studio.setState(({ spec }) => (spec ? { spec: { ...spec, ...change } } : {}));
  checkSetup();
}

export function changeTasks(tasks: readonly TaskSpec[]): void {
  noteEdit('tasks');
  studio.setState({ tasks });
  checkSetup();
}

export function toggleExcluded(layer: string): void {
  noteEdit('exclude');
  studio.setState(({ exclude }) => ({
    exclude: exclude.includes(layer) ? exclude.filter((name) => name !== layer) : [...exclude, layer],
  }));
  checkSetup();
}

/** Asks the worker what would stop a run; of many changes in a row only the newest is checked. */
export const checkSetup = newestOnly(async () => {
  const setup = currentSetup(studio.getState());
  if (!setup) {
    studio.setState({ problems: [], descriptions: {}, warnings: [] });
    return;
  }
  try {
    studio.setState(await engine.check(setup));
  } catch (error) {
    studio.setState({ problems: [{ part: 'tasks', task: null, message: sentence(error) }] });
  }
});
