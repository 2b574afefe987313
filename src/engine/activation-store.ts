import type { Tensor } from '@tensorflow/tfjs-core';
import type { ValueId } from '../graph/graph';

interface Kept {
  readonly signature: string;
  readonly tensor: Tensor;
}

interface Place {
  readonly batch: number;
  readonly id: ValueId;
}

type Version = readonly (Place & Kept)[];

/** What becomes of a kept value when the network moves on; null drops it. */
export type Passage = (id: ValueId, kept: Kept) => Tensor | null;

/**
 * Activations kept between evaluations, by batch and value, within a budget of bytes: the state, which is of the
 * network as committed, and versions, which are of candidates that may be committed next.
 *
 * When the budget is spent the values that were not asked to be held make room first (those of batches done already
 * before those of the last batches), then versions, then held values outside the frontier. When nothing is left to
 * give way, no more is kept, and the batches without their frontier are computed from the nearest values that are
 * kept, or from the input, each time.
 */
export class ActivationStore {
  readonly #state = new Map<number, Map<ValueId, Kept>>();
  readonly #versions = new Map<string, Version>();
  readonly #budget: number;
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The kept values of a batch that hold what their signatures say. */
  valid(batch: number, signature: (id: ValueId) => string): Map<ValueId, Tensor> {
    const kept = [...(this.#state.get(batch) ?? [])];
    return new Map(
      kept.flatMap(([id, each]) => (each.signature === signature(id) ? [[id, each.tensor]] : [])),
    );
  }

  /**
   * Makes the versions that hold what their signatures say the state, lets `pass` adapt the rest of the state, and
   * drops everything else.
   */
  advance(signature: (id: ValueId) => string, pass: Passage): void {
    for (const [batch, values] of this.#state)
      for (const [id, kept] of values) {
        if (kept.signature === signature(id)) continue;
        const passed = pass(id, kept);
        this.#drop(batch, id);
        if (passed) this.#take(batch, id, { signature: signature(id), tensor: passed });
      }
    for (const [key, version] of this.#versions) {
      this.#versions.delete(key);
      for (const { batch, id, ...kept } of version) {
        this.#bytes -= bytesOf(kept.tensor);
        const known = this.#state.get(batch)?.get(id)?.signature;
        if (kept.signature !== signature(id) || known === kept.signature) kept.tensor.dispose();
        else this.#take(batch, id, kept);
      }
    }
  }

  /** Whether `bytes` more can be kept for a batch if everything outside the frontier gives way. */
  canHold(bytes: number, frontier: ReadonlySet<ValueId>): boolean {
    const firm = [...this.#state.values()].flatMap((values) =>
      [...values].flatMap(([id, { tensor }]) => (frontier.has(id) ? [bytesOf(tensor)] : [])),
    );
    return firm.reduce((sum, each) => sum + each, bytes) <= this.#budget;
  }

  /** Takes the tensor over and makes room for it. */
  put(
    { batch, id }: Place,
    kept: Kept,
    { frontier, held }: { readonly frontier: ReadonlySet<ValueId>; readonly held: ReadonlySet<ValueId> },
  ): void {
    this.#drop(batch, id);
    const needed = bytesOf(kept.tensor);
    this.#makeRoom(needed, batch, (other) => !frontier.has(other) && !held.has(other));
    for (const key of this.#versions.keys()) if (!this.#fits(needed)) this.dropVersion(key);
    this.#makeRoom(needed, batch, (other) => !frontier.has(other));
    this.#take(batch, id, kept);
  }

  /** Takes the tensor over when there is room for it, else disposes it. */
  putVersion(key: string, place: Place, kept: Kept, held: ReadonlySet<ValueId>): void {
    const needed = bytesOf(kept.tensor);
    this.#makeRoom(needed, place.batch, (id) => !held.has(id));
    if (!this.#fits(needed)) {
      kept.tensor.dispose();
      return;
    }
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), { ...place, ...kept }]);
    this.#bytes += needed;
  }

  dropVersion(key: string): void {
    for (const { tensor } of this.#versions.get(key) ?? []) {
      this.#bytes -= bytesOf(tensor);
      tensor.dispose();
    }
    this.#versions.delete(key);
  }

  dispose(): void {
    this.advance(
      () => '',
      () => null,
    );
    this.#state.clear();
  }

  #fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#budget;
  }

  #makeRoom(bytes: number, batch: number, givesWay: (id: ValueId) => boolean): void {
    if (this.#fits(bytes)) return;
    const places = [...this.#state].flatMap(([index, values]) =>
      [...values.keys()].map((id) => ({ batch: index, id })),
    );
    const done = places.filter((place) => place.batch <= batch).sort((a, b) => a.batch - b.batch);
    const ahead = places.filter((place) => place.batch > batch).sort((a, b) => b.batch - a.batch);
    for (const place of [...done, ...ahead]) {
      if (this.#fits(bytes)) return;
      if (givesWay(place.id)) this.#drop(place.batch, place.id);
    }
  }

  #take(batch: number, id: ValueId, kept: Kept): void {
    this.#drop(batch, id);
    const values = this.#state.get(batch) ?? new Map<ValueId, Kept>();
    values.set(id, kept);
    this.#state.set(batch, values);
    this.#bytes += bytesOf(kept.tensor);
  }

  #drop(batch: number, id: ValueId): void {
    const kept = this.#state.get(batch)?.get(id);
    if (!kept) return;
    this.#bytes -= bytesOf(kept.tensor);
    kept.tensor.dispose();
    this.#state.get(batch)?.delete(id);
  }
}

function bytesOf(tensor: Tensor): number {
  return tensor.size * Float32Array.BYTES_PER_ELEMENT;
}
