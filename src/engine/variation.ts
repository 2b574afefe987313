import type { Tensor } from '@tensorflow/tfjs-core';
import type { GroupId } from '../graph/channel-types';
import type { ValueId } from '../graph/graph';
import type { ActivationStore } from './activation-store';
import { sampleBytes } from './batching';
import type { SampleBatch } from './sample-batch';
import type { Candidate } from './candidate';
import type { Schedule } from './executor';
import { subtraction } from './products';
import type { Product, Subtraction } from './products';
import type { Reach } from './reach';
import type { WeightStore } from './weights';

export interface VariationParts {
  /** Null when nothing varies: the network itself, from what is kept of it. */
  readonly group: GroupId | null;
  /** The network with the group whole. */
  readonly whole: Candidate;
  readonly reach: Reach;
  readonly frontier: readonly ValueId[];
  readonly products: readonly Product[];
  /** Values to keep for later variations as well, while there is room. */
  readonly held: ReadonlySet<ValueId>;
  readonly store: ActivationStore;
  readonly weights: WeightStore;
}

/**
 * Evaluations that vary the kept channels of one group: the network with that group whole, and the activations of
 * it that candidates can start from.
 */
export class Variation {
  readonly group: GroupId | null;
  readonly whole: Candidate;
  readonly #reach: Reach;
  readonly #frontier: ReadonlySet<ValueId>;
  readonly #products: readonly Product[];
  readonly #held: ReadonlySet<ValueId>;
  readonly #weights: WeightStore;
  #subtractions: { readonly candidate: Candidate; readonly of: ReadonlyMap<Product, Subtraction> } | null =
    null;
  readonly #store: ActivationStore;

  constructor(parts: VariationParts) {
    this.group = parts.group;
    this.whole = parts.whole;
    this.#reach = parts.reach;
    this.#frontier = new Set(parts.frontier);
    this.#products = parts.products;
    this.#weights = parts.weights;
    this.#held = parts.held;
    this.#store = parts.store;
  }

  /** Moves what is kept on to the network of this variation, from that of the one before. */
  follow(before: Variation | null): void {
    this.#store.advance(
      (id) => this.whole.choice.signature(id),
      (id, { signature, tensor }) => {
        if (!before?.group || before.#reach.get(id) !== 'sliced') return null;
        const larger = this.whole.choice.withWhole(before.group);
        return larger.signature(id) === signature ? this.whole.choice.cutFrom(larger, id, tensor) : null;
      },
    );
  }

  /**
   * Computes what is missing of a batch's frontier, from the nearest values that are kept, if there is room for it.
   * @returns the multiply-accumulates that took
   */
  prepare(batch: SampleBatch, inputId: ValueId, input: () => Tensor): number {
    const known = this.#kept(batch);
    const missing = [...this.#frontier].filter((id) => !known.has(id));
    const bytes = missing.reduce(
      (sum, id) => sum + sampleBytes(this.whole.graph, id) * batch.samples.length,
      0,
    );
    if (missing.length === 0 || !this.#store.canHold(bytes, this.#frontier)) return 0;
    const { executor } = this.whole;
    const schedule = executor.schedule(new Set(known.keys()), missing);
    if (schedule.steps.some((step) => step.reads.includes(inputId))) known.set(inputId, input());
    const also = this.worthKeeping(schedule).filter((id) => !this.#frontier.has(id));
    const wanted = [...missing, ...also];
    executor.run(known, { ...schedule, wanted }).forEach((tensor, index) => {
      const id = wanted[index] ?? '';
      const kept = { signature: this.whole.choice.signature(id), tensor };
      this.#store.put({ batch: batch.index, id }, kept, { frontier: this.#frontier, held: this.#held });
    });
    return this.whole.macs(schedule) * batch.samples.length;
  }

  /**
   * What a candidate needs for `wanted` of the kept values, cut to its channels, and of the first products, by
   * subtraction. The caller disposes the tensors.
   */
  startingPoints(
    batch: SampleBatch,
    candidate: Candidate,
    wanted: readonly ValueId[],
  ): { readonly known: ReadonlyMap<ValueId, Tensor>; readonly macs: number } {
    const kept = this.#kept(batch);
    const usable = new Map([...kept].filter(([id]) => this.#reach.get(id) !== 'mixed'));
    const known = new Map<ValueId, Tensor>();
    const direct = candidate.executor.schedule(new Set(usable.keys()), wanted);
    const needed = new Set(direct.steps.map((step) => step.output));
    let macs = 0;
    for (const [{ input, output }, difference] of this.#subtractionsFor(candidate)) {
      const reference = { input: kept.get(input), output: kept.get(output) };
      if (!needed.has(output) || !reference.input || !reference.output) continue;
      known.set(output, difference.compute({ input: reference.input, output: reference.output }));
      macs += difference.macs * batch.samples.length;
    }
    const { steps } = candidate.executor.schedule(new Set([...usable.keys(), ...known.keys()]), wanted);
    const read = new Set([...steps.flatMap((step) => step.reads), ...wanted]);
    for (const [id, tensor] of usable) if (read.has(id)) known.set(id, this.#cut(id, tensor, candidate));
    return { known, macs };
  }

  /** Which values of a schedule are worth keeping should the candidate be committed. */
  worthKeeping({ steps }: Schedule): readonly ValueId[] {
    return steps.map((step) => step.output).filter((id) => this.#held.has(id));
  }

  /** Keeps a candidate's values until it is known whether it is committed. Takes the tensors over. */
  keep(batch: SampleBatch, candidate: Candidate, made: ReadonlyMap<ValueId, Tensor>): void {
    for (const [id, tensor] of made) {
      const place = { batch: batch.index, id };
      const kept = { signature: candidate.choice.signature(id), tensor };
      this.#store.putVersion(candidate.choice.name, place, kept, this.#held);
    }
  }

  /** The same for every batch of a candidate. */
  #subtractionsFor(candidate: Candidate): ReadonlyMap<Product, Subtraction> {
    if (this.#subtractions?.candidate === candidate) return this.#subtractions.of;
    const found = this.#products.map(
      (product) => [product, subtraction(product, this.whole, candidate, this.#weights)] as const,
    );
    const of = new Map(found.flatMap(([product, one]) => (one ? [[product, one]] : [])));
    this.#subtractions = { candidate, of };
    return of;
  }

  #kept(batch: SampleBatch): Map<ValueId, Tensor> {
    return this.#store.valid(batch.index, (id) => this.whole.choice.signature(id));
  }

  #cut(id: ValueId, tensor: Tensor, candidate: Candidate): Tensor {
    if (!this.#reach.has(id) || !this.group) return tensor.clone();
    return candidate.choice.cutFrom(this.whole.choice, id, tensor);
  }
}
