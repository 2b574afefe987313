import type { SampleBatch } from './sample-batch';
import type { TaskLosses } from './oracle';
import type { Tally } from './tally';

/**
 * The order in which an evaluation with limits sees its batches: those first that took the largest share of a limit
 * last time, so that a limit that is exceeded is exceeded soon.
 */
export class BatchOrder {
  /** Each task's loss by sample, as last seen. */
  readonly #last = new Map<string, Map<number, number>>();

  /** Takes note of what the samples cost each task. */
  note(tallies: readonly Tally[], batches: readonly SampleBatch[]): void {
    for (const tally of tallies) {
      const { name } = tally.task.spec;
      const losses = this.#last.get(name) ?? new Map<number, number>();
      for (const batch of batches)
        if (tally.has(batch)) batch.samples.forEach((sample) => losses.set(sample, tally.sampleLoss(sample)));
      this.#last.set(name, losses);
    }
  }

  sort(batches: readonly SampleBatch[], limits: TaskLosses | undefined): readonly SampleBatch[] {
    const losses = limits && this.#nearestToLimit(limits);
    if (!losses) return batches;
    const means = new Map(batches.map((batch) => [batch, meanOf(batch.samples, losses)]));
    return batches.toSorted((a, b) => (means.get(b) ?? 0) - (means.get(a) ?? 0) || a.index - b.index);
  }

  /** The losses, by sample, of the task that came nearest to its limit. */
  #nearestToLimit(limits: TaskLosses): ReadonlyMap<number, number> | null {
    const shares = [...this.#last].map(([task, losses]) => {
      const total = [...losses.values()].reduce((sum, loss) => sum + loss, 0);
      return { losses, share: total / (limits[task] ?? Infinity) };
    });
    return shares.toSorted((a, b) => b.share - a.share)[0]?.losses ?? null;
  }
}

function meanOf(samples: readonly number[], losses: ReadonlyMap<number, number>): number {
  return samples.reduce((sum, sample) => sum + (losses.get(sample) ?? 0), 0) / samples.length;
}
