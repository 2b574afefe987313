import type { ChannelMap, GroupId, KeepLists } from '../graph/channel-types';
import type { Graph, ValueId } from '../graph/graph';
import type { ActivationStore } from './activation-store';
import { sampleBytes } from './batching';
import type { Candidate } from './candidate';
import type { Dependence } from './dependence';
import { groupReach, NOTHING, type GroupReach } from './group-reach';
import { chooseHeld } from './held';
import type { EvaluateOptions } from './oracle';
import type { Plan } from './plan';
import type { Reach } from './reach';
import { Variation } from './variation';
import type { WeightStore } from './weights';

export interface VariationsParts {
  /** Only its structure counts: params may hold other numbers by now. */
  readonly graph: Graph;
  readonly channels: ChannelMap;
  readonly plan: Plan;
  readonly dependence: Dependence;
  readonly store: ActivationStore;
  readonly weights: WeightStore;
  /** Samples of the set. */
  readonly count: number;
  readonly budgetBytes: number;
  /** Makes a network ready to run. */
  readonly candidate: (keep: KeepLists) => Candidate;
}

/** Goes from one variation to the next: as long as the same group varies, evaluations share theirs. */
export class Variations {
  readonly #parts: VariationsParts;
  readonly #reaches = new Map<GroupId, GroupReach>();
  #current: Variation | null = null;

  constructor(parts: VariationsParts) {
    this.#parts = parts;
  }

  /** The variation that the candidate is one of. What is kept moves on to its network. */
  of(candidate: Candidate, { vary, upcoming }: Pick<EvaluateOptions, 'vary' | 'upcoming'>): Variation {
    const { choice } = candidate;
    const rest = vary === undefined ? choice : choice.withWhole(vary);
    const current = this.#current;
    if (vary !== undefined && current?.group === vary && current.whole.choice.name === rest.name)
      return current;
    const found = vary === undefined ? NOTHING : this.#reach(vary);
    const whole = vary === undefined ? candidate : this.#parts.candidate(rest.keep);
    const held = this.#held(whole, found.reach, [...(vary === undefined ? [] : [vary]), ...(upcoming ?? [])]);
    const { store, weights } = this.#parts;
    const variation = new Variation({ group: vary ?? null, whole, ...found, held, store, weights });
    if (vary === undefined && !upcoming) return variation;
    variation.follow(current);
    this.#current = variation;
    return variation;
  }

  clear(): void {
    this.#current = null;
  }

  #reach(group: GroupId): GroupReach {
    const { graph, channels, plan, dependence } = this.#parts;
    const found = this.#reaches.get(group) ?? groupReach(group, graph, channels, plan, dependence);
    this.#reaches.set(group, found);
    return found;
  }

  /** What to keep for the groups that vary next. A value that candidates change is there three times at the worst. */
  #held({ graph }: Candidate, reach: Reach, groups: readonly GroupId[]): ReadonlySet<ValueId> {
    const { count, budgetBytes } = this.#parts;
    return chooseHeld(
      groups.map((group) => this.#reach(group).lasting),
      (id) => sampleBytes(graph, id) * count * (reach.get(id) === 'mixed' ? 3 : 1),
      budgetBytes,
    );
  }
}
