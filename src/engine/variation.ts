import type { Tensor } from '@tensorflow/tfjs-core';
import type { GroupId } from '../graph/channel-types';
import type { ValueId } from '../graph/graph';
import type { ActivationStore } from './activation-store';
import { sampleBytes } from './batching';
import type { Batch } from './batching';
import type { Candidate } from './candidate';
import { select } from './ops/select';
import type { Reach } from './reach';

/**
 * Evaluations that vary the kept channels of one group: the network with that group whole, and the activations of
 * it that candidates can start from.
 */
export class Variation {
  readonly group: GroupId;
  readonly whole: Candidate;
  readonly #reach: Reach;
  readonly #frontier: ReadonlySet<ValueId>;
  readonly #store: ActivationStore;

  constructor(
    group: GroupId,
    whole: Candidate,
    reach: Reach,
    frontier: readonly ValueId[],
    store: ActivationStore,
  ) {
    this.group = group;
    this.whole = whole;
    this.#reach = reach;
    this.#frontier = new Set(frontier);
    this.#store = store;
    store.retain((id) => whole.signature(id));
  }

  /**
   * Computes what is missing of a batch's frontier, from the nearest values that are kept, if there is room for it.
   * @returns the multiply-accumulates that took
   */
  prepare(batch: Batch, inputId: ValueId, input: () => Tensor): number {
    const known = this.#kept(batch);
    const missing = [...this.#frontier].filter((id) => !known.has(id));
    const bytes = missing.reduce((sum, id) => sum + sampleBytes(this.whole.graph, id) * batch.count, 0);
    if (missing.length === 0 || !this.#store.canHold(bytes, this.#frontier)) return 0;
    const { executor } = this.whole;
    const schedule = executor.schedule(new Set(known.keys()), missing);
    if (schedule.steps.some((step) => step.reads.includes(inputId))) known.set(inputId, input());
    executor.run(known, schedule).forEach((made, index) => {
      const id = missing[index] ?? '';
      this.#store.put(batch.index, id, this.whole.signature(id), made, this.#frontier);
    });
    return this.whole.macs(schedule) * batch.count;
  }

  /** The kept values a candidate needs for `wanted`, cut to its channels. The caller disposes them. */
  startingPoints(
    batch: Batch,
    candidate: Candidate,
    wanted: readonly ValueId[],
  ): ReadonlyMap<ValueId, Tensor> {
    const usable = new Map([...this.#kept(batch)].filter(([id]) => this.#reach.get(id) !== 'mixed'));
    const { steps } = candidate.executor.schedule(new Set(usable.keys()), wanted);
    const needed = new Set([...steps.flatMap((step) => step.reads), ...wanted]);
    const cut = [...usable].flatMap(([id, tensor]): [ValueId, Tensor][] =>
      needed.has(id) ? [[id, this.#cut(id, tensor, candidate)]] : [],
    );
    return new Map(cut);
  }

  #kept(batch: Batch): Map<ValueId, Tensor> {
    return this.#store.valid(batch.index, (id) => this.whole.signature(id));
  }

  #cut(id: ValueId, tensor: Tensor, candidate: Candidate): Tensor {
    if (!this.#reach.has(id) || !candidate.keep.has(this.group)) return tensor.clone();
    const { axis, positions } = candidate.positionsIn(this.whole, id);
    return select(tensor, axis, positions);
  }
}
