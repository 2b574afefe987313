import { concat, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ValueId } from '../graph/graph';
import { Archive } from './archive';
import { bytesOf, type Kept, type Place } from './kept';
import { select } from './ops/select';
import type { Move } from './strata';

type Version = readonly (Place & Kept)[];

/** What becomes of a kept value when the network moves on; null when it is of no use to the new one. */
export type Passage = (id: ValueId, kept: Kept) => Tensor | null;

/**
 * Activations kept between evaluations, by batch and value, within a budget of bytes: the state, which is of the
 * network as committed; versions, which are of candidates that may be committed next; and the archive, which is of
 * earlier states, for runs that come back to them.
 *
 * When the budget is spent the archive makes room first, the least recently used before others; then values that
 * were not asked to be held (those of batches done already before those of the last batches), then versions, then
 * held values outside the frontier. When nothing is left to give way, no more is kept, and the batches without their
 * frontier are computed from the nearest values that are kept, or from the input, each time.
 */
export class ActivationStore {
  readonly #state = new Map<number, Map<ValueId, Kept>>();
  readonly #versions = new Map<string, Version>();
  readonly #archive = new Archive();
  readonly #budget: number;
  /** Of the state and the versions. */
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes + this.#archive.bytes;
  }

  /** The kept values of a batch that hold what their signatures say. */
  valid(batch: number, signature: (id: ValueId) => string): Map<ValueId, Tensor> {
    const kept = [...(this.#state.get(batch) ?? [])];
    return new Map(
      kept.flatMap(([id, each]) => (each.signature === signature(id) ? [[id, each.tensor]] : [])),
    );
  }

  /**
   * Makes whatever holds what its signature says the state, versions and archive included, lets `pass` adapt the rest
   * of the state, and archives what was replaced. Versions that are not of the new state are archived where there is
   * room for them.
   */
  advance(signature: (id: ValueId) => string, pass: Passage): void {
    const isOfState = (entry: Place & Kept) => entry.signature === signature(entry.id);
    for (const [batch, values] of this.#state)
      for (const [id, kept] of values) {
        if (isOfState({ batch, id, ...kept })) continue;
        const passed = pass(id, kept);
        this.#release(batch, id);
        this.#archive.add({ batch, id, ...kept });
        if (passed) this.#take(batch, id, { signature: signature(id), tensor: passed });
      }
    const found = this.#archive.takeOut(isOfState);
    for (const [key, version] of this.#versions) {
      this.#versions.delete(key);
      for (const entry of version) {
        const bytes = bytesOf(entry.tensor);
        this.#bytes -= bytes;
        if (isOfState(entry)) this.#offer(entry);
        else if (this.#fits(bytes)) this.#archive.add(entry);
        else entry.tensor.dispose();
      }
    }
    found.forEach((entry) => this.#offer(entry));
    this.#makeRoom(0, Infinity, () => true);
  }

  /** Moves the rows of the state's values to other batches; everything else, and what not all batches have, is dropped. */
  regroup(moves: readonly (readonly Move[])[]): void {
    this.#archive.dispose();
    for (const key of this.#versions.keys()) this.dropVersion(key);
    const batches = [...this.#state];
    const ids = new Set(batches.flatMap(([, values]) => [...values.keys()]));
    for (const id of ids) {
      const old = new Map(batches.flatMap(([batch]) => [[batch, this.#release(batch, id)]] as const));
      const signatures = new Set(moves.flatMap((parts) => parts.map(({ from }) => old.get(from)?.signature)));
      const [signature] = signatures;
      if (signatures.size === 1 && signature !== undefined)
        moves.forEach((parts, batch) => {
          const rows = (): Tensor[] =>
            parts.flatMap(({ from, rows }) => {
              const tensor = old.get(from)?.tensor;
              return tensor ? [select(tensor, 0, rows)] : [];
            });
          this.#take(batch, id, { signature, tensor: tidy(() => concat(rows())) });
        });
      for (const kept of old.values()) kept?.tensor.dispose();
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

  /** Takes the tensor over when there is room for it, else disposes it. Earlier versions make room. */
  putVersion(key: string, place: Place, kept: Kept, held: ReadonlySet<ValueId>): void {
    const needed = bytesOf(kept.tensor);
    this.#makeRoom(needed, place.batch, (id) => !held.has(id));
    for (const other of this.#versions.keys())
      if (other !== key && !this.#fits(needed)) this.dropVersion(other);
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
    for (const [batch, values] of this.#state) for (const id of values.keys()) this.#drop(batch, id);
    for (const key of this.#versions.keys()) this.dropVersion(key);
    this.#state.clear();
    this.#archive.dispose();
  }

  #fits(bytes: number): boolean {
    return this.#bytes + this.#archive.bytes + bytes <= this.#budget;
  }

  #makeRoom(bytes: number, batch: number, givesWay: (id: ValueId) => boolean): void {
    while (!this.#fits(bytes) && this.#archive.dropOldest());
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

  /** Takes a value of the state over unless it is there. */
  #offer({ batch, id, ...kept }: Place & Kept): void {
    if (this.#state.get(batch)?.get(id)?.signature === kept.signature) kept.tensor.dispose();
    else this.#take(batch, id, kept);
  }

  #take(batch: number, id: ValueId, kept: Kept): void {
    this.#drop(batch, id);
    const values = this.#state.get(batch) ?? new Map<ValueId, Kept>();
    values.set(id, kept);
    this.#state.set(batch, values);
    this.#bytes += bytesOf(kept.tensor);
  }

  #drop(batch: number, id: ValueId): void {
    this.#release(batch, id)?.tensor.dispose();
  }

  #release(batch: number, id: ValueId): Kept | null {
    const kept = this.#state.get(batch)?.get(id);
    if (!kept) return null;
    this.#bytes -= bytesOf(kept.tensor);
    this.#state.get(batch)?.delete(id);
    return kept;
  }
}
