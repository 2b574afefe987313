import type { ModelFigures } from '../../src/pruning/report';
import type { RecoveryProgress } from './progress';
import { shortMethodNames } from './words';

/** A network on the way from the unpruned to the recovered one. */
export interface Stage {
  readonly name: string;
  readonly figures: ModelFigures;
}

/** The unpruned network, the pruned one, and what each method made of it. */
export function metricStages({ original, pruned, stages }: RecoveryProgress): readonly Stage[] {
  return [
    ...(original ? [{ name: 'Unpruned', figures: original }] : []),
    ...(pruned ? [{ name: 'Pruned', figures: pruned }] : []),
    ...stages.map(({ method, figures }) => ({ name: shortMethodNames[method], figures })),
  ];
}

/** How much of what pruning lost came back: 1 is all of it; null where nothing was lost. */
export function wonBack(stages: readonly Stage[], task: string): number | null {
  const [original, pruned, ...rest] = stages.map(({ figures }) => figures.metrics[task]);
  const last = rest.at(-1);
  if (original === undefined || pruned === undefined || last === undefined || original === pruned)
    return null;
  return (last - pruned) / (original - pruned);
}
