import type { Tensor } from '@tensorflow/tfjs-core';
import type { ValueId } from '../graph/graph';

interface Kept {
  readonly signature: string;
  readonly tensor: Tensor;
}

/**
 * Activations kept between evaluations, by batch and value, within a budget of bytes.
 *
 * When the budget is spent, what is not of the current frontier makes room: that of batches done already first,
 * then that of the last batches. When nothing is left to give way, no more is kept, and the batches without their
 * frontier are computed from the nearest values that are kept, or from the input, each time.
 */
export class ActivationStore {
  readonly #kept = new Map<number, Map<ValueId, Kept>>();
  readonly #budget: number;
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  /** The kept values of a batch that hold what their signatures say. */
  valid(batch: number, signature: (id: ValueId) => string): Map<ValueId, Tensor> {
    const kept = [...(this.#kept.get(batch) ?? [])];
    return new Map(
      kept.flatMap(([id, each]) => (each.signature === signature(id) ? [[id, each.tensor]] : [])),
    );
  }

  /** Drops what does not hold what its signature says. */
  retain(signature: (id: ValueId) => string): void {
    for (const [batch, values] of this.#kept)
      for (const [id, kept] of values) if (kept.signature !== signature(id)) this.#drop(batch, id);
  }

  /** Whether `bytes` more can be kept for a batch if everything outside the frontier gives way. */
  canHold(bytes: number, frontier: ReadonlySet<ValueId>): boolean {
    const givable = this.#givingWay(0, frontier).reduce((sum, { tensor }) => sum + bytesOf(tensor), 0);
    return this.#bytes - givable + bytes <= this.#budget;
  }

  /** Takes the tensor over and makes room for it. */
  put(batch: number, id: ValueId, signature: string, tensor: Tensor, frontier: ReadonlySet<ValueId>): void {
    this.#drop(batch, id);
    for (const victim of this.#givingWay(batch, frontier)) {
      if (this.#bytes + bytesOf(tensor) <= this.#budget) break;
      this.#drop(victim.batch, victim.id);
    }
    const values = this.#kept.get(batch) ?? new Map<ValueId, Kept>();
    values.set(id, { signature, tensor });
    this.#kept.set(batch, values);
    this.#bytes += bytesOf(tensor);
  }

  dispose(): void {
    this.retain(() => '');
    this.#kept.clear();
  }

  /** What is outside the frontier, in the order in which it gives way. */
  #givingWay(batch: number, frontier: ReadonlySet<ValueId>) {
    const all = [...this.#kept].flatMap(([index, values]) =>
      [...values].map(([id, { tensor }]) => ({ batch: index, id, tensor })),
    );
    const done = all.filter((kept) => kept.batch <= batch).sort((a, b) => a.batch - b.batch);
    const ahead = all.filter((kept) => kept.batch > batch).sort((a, b) => b.batch - a.batch);
    return [...done, ...ahead].filter(({ id }) => !frontier.has(id));
  }

  #drop(batch: number, id: ValueId): void {
    const kept = this.#kept.get(batch)?.get(id);
    if (!kept) return;
    this.#bytes -= bytesOf(kept.tensor);
    kept.tensor.dispose();
    this.#kept.get(batch)?.delete(id);
  }
}

function bytesOf(tensor: Tensor): number {
  return tensor.size * Float32Array.BYTES_PER_ELEMENT;
}
