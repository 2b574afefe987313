import type { ChannelGroup, GroupId } from '../../src/graph/channel-types';
import type { Prediction } from '../../src/pruning/predict';
import type { RunState, StepState } from '../../src/pruning/run-state';
import { formatPercent } from '../format/numbers';
import { layerName } from '../format/names';
import { stopReason, type StopReason } from './stop-sentence';
import type { ChartTable } from './table';

/** A layer (the first producer of its group) with what it kept and why it stopped. */
export interface LayerRow {
  readonly group: GroupId;
  readonly name: string;
  readonly size: number;
  readonly kept: number;
  /** What the prediction would keep. */
  readonly predicted: number | null;
  readonly frozen: string | null;
  /** Left whole in the end by the top-K filter. */
  readonly filtered: boolean;
  /** The layer whose step has not ended. */
  readonly current: boolean;
  readonly threshold: number | null;
  readonly reason: StopReason | null;
}

type GroupLike = Pick<ChannelGroup, 'id' | 'size' | 'frozen'>;

/** Prunable layers in the order the run takes them (the network's before it is known), frozen ones last. */
export function layerRows(
  run: RunState,
  groups: readonly GroupLike[],
  predicted: Prediction | null,
): readonly LayerRow[] {
  const steps = new Map(run.steps.map((step) => [step.group, step]));
  const place = new Map(
    (run.order.length > 0 ? run.order : (predicted?.order ?? [])).map((id, at) => [id, at]),
  );
  const rank = ({ id, frozen }: GroupLike) => (frozen === null ? (place.get(id) ?? 1e6) : 1e7);
  return [...groups]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ id, size, frozen }) => {
      const step = steps.get(id);
      return {
        group: id,
        name: layerName(id),
        size,
        kept: keptNow(run, step, id, size),
        predicted: predicted && frozen === null ? (predicted.final.kept[id] ?? size) : null,
        frozen,
        filtered: run.filtered.includes(id),
        current: step !== undefined && step.report === null,
        threshold: step?.threshold ?? null,
        reason: step ? stopReason(step) : null,
      };
    });
}

/** While a layer is searched, what its last passing trial would leave. */
function keptNow(run: RunState, step: StepState | undefined, id: GroupId, size: number): number {
  if (step && step.report === null) {
    const passing = step.trials.filter(({ violatedBy }) => violatedBy === null);
    return step.sizeBefore - Math.max(0, ...passing.map(({ trial }) => trial.removed));
  }
  return run.kept[id] ?? size;
}

/** How a row ended, in words. */
export function layerStatus({ frozen, filtered, reason, current, threshold, predicted }: LayerRow): string {
  if (frozen !== null) return `frozen: ${frozen}`;
  if (filtered) return 'left whole by top-K';
  if (current && reason?.state === 'searching') return 'searching';
  if (!reason) return predicted === null ? 'not reached yet' : 'predicted';
  if (reason.task === null) return 'every ratio passed';
  const drop = reason.drop === null ? '' : ` ${reason.atLeast ? '≥ ' : ''}${formatPercent(reason.drop)}`;
  const limit = threshold === null ? '' : ` > ${formatPercent(threshold)}`;
  return `${reason.task}${drop}${limit}`;
}

export function layerTable(rows: readonly LayerRow[]): ChartTable {
  const predicted = rows.some((row) => row.predicted !== null);
  return {
    columns: [
      { name: 'Layer' },
      { name: 'Channels' },
      { name: 'Kept' },
      { name: 'Removed' },
      ...(predicted ? [{ name: 'Kept, predicted' }] : []),
      { name: 'Stopped by' },
      { name: 'Drop there', format: formatPercent },
      { name: 'Threshold', format: formatPercent },
      { name: 'State' },
    ],
    rows: rows.map((row) => [
      row.group,
      row.size,
      row.kept,
      row.size - row.kept,
      ...(predicted ? [row.predicted] : []),
      row.reason?.task ?? null,
      row.reason?.drop ?? null,
      row.threshold,
      layerStatus(row),
    ]),
  };
}
