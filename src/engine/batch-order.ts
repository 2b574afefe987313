import type { Batch } from './batching';
import type { TaskLosses } from './oracle';
import type { Tally } from './tally';

/**
 * The order in which an evaluation with limits sees its batches: those first that took the largest share of a limit
 * last time, so that a limit that is exceeded is exceeded soon.
 */
export class BatchOrder {
  readonly #last = new Map<string, Map<number, number>>();

  /** Takes note of what the batches cost each task. */
  note(tallies: readonly Tally[], batches: readonly Batch[]): void {
    for (const tally of tallies) {
      const { name } = tally.task.spec;
      const losses = this.#last.get(name) ?? new Map<number, number>();
      for (const batch of batches)
        if (tally.has(batch)) losses.set(batch.index, tally.batchLoss(batch) / batch.count);
      this.#last.set(name, losses);
    }
  }

  sort(batches: readonly Batch[], limits: TaskLosses | undefined): readonly Batch[] {
    const losses = limits && this.#nearestToLimit(limits);
    if (!losses) return batches;
    const cost = ({ index }: Batch) => losses.get(index) ?? 0;
    return batches.toSorted((a, b) => cost(b) - cost(a) || a.index - b.index);
  }

  /** The losses, by batch, of the task that came nearest to its limit. */
  #nearestToLimit(limits: TaskLosses): ReadonlyMap<number, number> | null {
    const shares = [...this.#last].map(([task, losses]) => {
      const total = [...losses.values()].reduce((sum, loss) => sum + loss, 0);
      return { losses, share: total / (limits[task] ?? Infinity) };
    });
    return shares.toSorted((a, b) => b.share - a.share)[0]?.losses ?? null;
  }
}
