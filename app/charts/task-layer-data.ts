import type { GroupId } from '../../src/graph/channel-types';
import type { RunState, StepState } from '../../src/pruning/run-state';
import { layerName } from '../format/names';
import { formatPercent } from '../format/numbers';
import { stoppingTrial, stopReason } from './stop-sentence';
import type { ChartTable } from './table';

/** A layer's step: how far each task was from stopping it where it ended. */
export interface TaskLayerColumn {
  readonly step: number;
  readonly group: GroupId;
  readonly name: string;
  readonly threshold: number;
  readonly stoppedBy: string | null;
  /** The drops are lower bounds: the evaluation ended once the violation was certain. */
  readonly atLeast: boolean;
  readonly drops: Readonly<Record<string, number>>;
}

/** The steps in their order, each at the trial that stopped it, else at its last. */
export function taskLayerColumns({ steps }: Pick<RunState, 'steps'>): TaskLayerColumn[] {
  return steps.flatMap((step) => {
    const deciding = decidingTrial(step);
    if (!deciding) return [];
    const { task, atLeast } = stopReason(step);
    return [
      {
        step: step.index + 1,
        group: step.group,
        name: layerName(step.group),
        threshold: step.threshold,
        stoppedBy: task,
        atLeast,
        drops: deciding.trial.drops,
      },
    ];
  });
}

function decidingTrial(step: StepState) {
  return stoppingTrial(step) ?? step.trials.at(-1) ?? null;
}

/** A drop as a share of its threshold: 1 is on the line, more stops the layer. */
export function pressure({ drops, threshold }: TaskLayerColumn, task: string): number | null {
  const drop = drops[task];
  return drop === undefined ? null : drop / threshold;
}

/** From 0, where a task did not rise, to 1, where it rose by 1.5 thresholds or more. */
export const shade = (share: number) => Math.min(1, Math.max(0, share / 1.5));

/** How many layers each task stopped. */
export function stopCounts(
  columns: readonly TaskLayerColumn[],
  tasks: readonly string[],
): readonly { readonly task: string; readonly count: number }[] {
  return tasks.map((task) => ({
    task,
    count: columns.filter(({ stoppedBy }) => stoppedBy === task).length,
  }));
}

export function taskLayerTable(columns: readonly TaskLayerColumn[], tasks: readonly string[]): ChartTable {
  const percent = (value: number) => formatPercent(value, 2);
  return {
    columns: [
      { name: 'Step' },
      { name: 'Layer' },
      { name: 'Stopped by' },
      { name: 'Threshold', format: percent },
      ...tasks.map((task) => ({ name: `Drop of ${task}`, format: percent })),
    ],
    rows: columns.map(({ step, group, stoppedBy, threshold, drops }) => [
      step,
      group,
      stoppedBy,
      threshold,
      ...tasks.map((task) => drops[task] ?? null),
    ]),
  };
}
