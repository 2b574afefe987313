import type { ActivationStore } from './activation-store';
import type { Choice } from './choice';
import { cutSamples, type SampleBatch } from './sample-batch';
import { movesBetween, shuffled, stratify } from './strata';
import { difficulties, type Tally } from './tally';

/** The set in batches: at first in a random order, then dealt out by difficulty. */
export class DealtBatches {
  readonly #count: number;
  readonly #isFixed: boolean;
  #all: readonly SampleBatch[];
  #isStratified = false;

  /**
   * @param count samples of the set
   * @param size samples of a batch, at most
   * @param isFixed where the network takes a number of its own, the leading axis of an activation need not be the
   * samples, and they stay where they are
   */
  constructor(count: number, size: number, isFixed: boolean) {
    this.#count = count;
    this.#isFixed = isFixed;
    this.#all = cutSamples(shuffled(count), size);
  }

  get all(): readonly SampleBatch[] {
    return this.#all;
  }

  /** Deals the samples out anew by what each costs the whole network, activations included; once is enough. */
  stratify(whole: Choice, tallies: readonly Tally[], store: ActivationStore): void {
    if (this.#isStratified || this.#isFixed) return;
    this.#isStratified = true;
    const dealt = stratify(difficulties(tallies, this.#count), this.#all.length);
    if (!dealt) return;
    const { batches, moves } = movesBetween(this.#all, dealt);
    store.advance(
      (id) => whole.signature(id),
      () => null,
    );
    store.regroup(moves);
    this.#all = batches;
  }

  /** Forgets how difficult the samples were. */
  clear(): void {
    this.#isStratified = false;
  }
}
