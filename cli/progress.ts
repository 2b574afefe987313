import type { RunEvent } from '../src/pruning/events';
import type { ModelFigures, Report } from '../src/pruning/report';

export interface Naming {
  /** Number of groups the run will visit. */
  readonly groups: number;
  /** What each task's metric is called. */
  readonly metrics: ReadonlyMap<string, string | null>;
}

/** The lines a run prints as it goes; `null` for events that print nothing. */
export function progressLine(event: RunEvent, naming: Naming): string | null {
  switch (event.kind) {
    case 'run-started': {
      const { delta, lambda, alpha, original } = event;
      const thresholds = `δ ${short(delta)}, λ ${short(lambda)}, α ${short(alpha)}`;
      return `${thresholds}; ${figures(original)}\n${losses(original, naming)}`;
    }
    case 'order-found':
      return `${event.order.length} groups in order: ${event.order.join(', ')}`;
    case 'step-ended': {
      const { group, sizeBefore, committed, trials, stoppedBy } = event.report;
      const removed = trials.find(({ ratio }) => ratio === committed?.ratio)?.removed ?? 0;
      const stopped = stoppedBy === null ? 'no task stopped it' : `${stoppedBy} stopped it`;
      return `${event.step + 1}/${naming.groups} ${group}: ${removed} of ${sizeBefore} removed, ${stopped}; ${big(event.macs)} MACs left`;
    }
    case 'step-recovered':
      return `  recovered by ${event.methods.join(', ')}`;
    case 'filter-applied':
      return event.filtered.length > 0 ? `left whole by the filter: ${event.filtered.join(', ')}` : null;
    case 'run-finished':
      return summary(event.report, naming);
    case 'step-began':
    case 'trial-measured':
      return null;
  }
}

function summary({ original, final, check, work }: Report, naming: Naming): string {
  const share = (now: number, before: number) => `${((100 * now) / before).toFixed(1)} %`;
  const lines = [
    `left: ${share(final.macs, original.macs)} of the MACs, ${share(final.params, original.params)} of the params; ${figures(final)}`,
    losses(final, naming),
    ...(check ?? [])
      .filter(({ within }) => !within)
      .map(
        ({ task, relativeLoss, bound }) =>
          `${task} is at ${short(relativeLoss)} times its loss, above 1+α = ${short(bound)}`,
      ),
    `${work.evaluations} evaluations in ${work.seconds.toFixed(1)} s on ${work.backend}`,
  ];
  return lines.join('\n');
}

const figures = ({ macs, params }: ModelFigures): string => `${big(macs)} MACs, ${big(params)} params`;

function losses({ losses, metrics }: ModelFigures, naming: Naming): string {
  return Object.entries(losses)
    .map(([task, loss]) => {
      const metric = metrics[task];
      return `  ${task}: loss ${short(loss)}${metric === undefined ? '' : `, ${naming.metrics.get(task) ?? 'metric'} ${short(metric)}`}`;
    })
    .join('\n');
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
const big = (value: number): string =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(2)} M`
    : value >= 1e3
      ? `${(value / 1e3).toFixed(1)} k`
      : `${value}`;
