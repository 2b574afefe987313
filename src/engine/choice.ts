import type { Tensor } from '@tensorflow/tfjs-core';
import type { ChannelMap, GroupId, KeepLists } from '../graph/channel-types';
import type { ValueId } from '../graph/graph';
import { keptPositions } from '../graph/keep';
import type { Dependence } from './dependence';
import { select } from './ops/select';

/** A choice of kept channels: what values hold under it, and where their channels lie. */
export class Choice {
  readonly keep: KeepLists;
  readonly #channels: ChannelMap;
  readonly #dependence: Dependence;
  readonly #signatures = new Map<ValueId, string>();
  readonly #kept = new Map<ValueId, readonly number[]>();

  constructor(keep: KeepLists, channels: ChannelMap, dependence: Dependence) {
    this.keep = keep;
    this.#channels = channels;
    this.#dependence = dependence;
  }

  /** Names the choice itself, of a network with these numbers in its params. */
  get name(): string {
    return this.#dependence.choice(this.keep);
  }

  /** Names what a value holds: equal names mean equal numbers. */
  signature(id: ValueId): string {
    const known = this.#signatures.get(id) ?? this.#dependence.signature(id, this.keep);
    this.#signatures.set(id, known);
    return known;
  }

  withWhole(group: GroupId): Choice {
    const rest = new Map([...this.keep].filter(([id]) => id !== group));
    return new Choice(rest, this.#channels, this.#dependence);
  }

  /** Where this choice's channels of a value lie among those of one that keeps more; null when it keeps no more. */
  positionsAmong(larger: Choice, id: ValueId): readonly number[] | null {
    const theirs = larger.#positions(id);
    const ours = this.#positions(id);
    if (ours.length === theirs.length) return null;
    const rank = new Map(theirs.map((position, index) => [position, index]));
    return ours.flatMap((position) => rank.get(position) ?? []);
  }

  /** Where the channels of a value lie that one that keeps more has and this has not. */
  removedFrom(larger: Choice, id: ValueId): readonly number[] {
    const ours = new Set(this.#positions(id));
    return larger.#positions(id).flatMap((position, index) => (ours.has(position) ? [] : [index]));
  }

  /** A value's channels under this choice, taken from those under one that keeps more, as a new tensor. */
  cutFrom(larger: Choice, id: ValueId, tensor: Tensor): Tensor {
    const positions = this.positionsAmong(larger, id);
    const axis = this.#channels.values.get(id)?.axis ?? 0;
    return positions ? select(tensor, axis, positions) : tensor.clone();
  }

  #positions(id: ValueId): readonly number[] {
    const labels = this.#channels.values.get(id);
    const found = this.#kept.get(id) ?? (labels ? keptPositions(labels, this.#channels, this.keep) : []);
    this.#kept.set(id, found);
    return found;
  }
}

export function isSame(a: KeepLists, b: KeepLists): boolean {
  return a.size === b.size && [...a].every(([id, units]) => b.get(id)?.join() === units.join());
}
