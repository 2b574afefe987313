import type { Evaluation, TaskLosses } from '../engine/oracle';
import type { ChannelGroup, KeepLists } from '../graph/channel-types';

const bitsPerCharacter = 15;

/** Remembers evaluations by what is kept of each group; the least recently used one is forgotten first. */
export class EvaluationMemo {
  readonly #groups: readonly ChannelGroup[];
  readonly #capacity: number;
  readonly #evaluations = new Map<string, Evaluation>();
  #hits = 0;

  constructor(groups: readonly ChannelGroup[], capacity = 4096) {
    this.#groups = groups;
    this.#capacity = capacity;
  }

  /** How often an evaluation was found here instead of being run. */
  get hits(): number {
    return this.#hits;
  }

  get size(): number {
    return this.#evaluations.size;
  }

  /**
   * @param limits losses of which an earlier evaluation need only have shown that one is exceeded
   * @param metrics whether metrics are wanted, too
   */
  recall(keep: KeepLists, limits?: TaskLosses, metrics = false): Evaluation | undefined {
    const key = keyOf(this.#groups, keep);
    const found = this.#evaluations.get(key);
    if (!found || !answers(found, limits) || (metrics && found.metrics === null)) return undefined;
    this.#hits += 1;
    this.#evaluations.delete(key);
    this.#evaluations.set(key, found);
    return found;
  }

  /** Whether `recall` would find it. */
  knows(keep: KeepLists, limits?: TaskLosses): boolean {
    const found = this.#evaluations.get(keyOf(this.#groups, keep));
    return found !== undefined && answers(found, limits);
  }

  remember(keep: KeepLists, evaluation: Evaluation): void {
    const key = keyOf(this.#groups, keep);
    const isExact = evaluation.bound === 'exact';
    if (evaluation.bound === 'estimate') return;
    if (!isExact && this.#evaluations.get(key)?.bound === 'exact') return;
    this.#evaluations.set(key, evaluation);
    const [oldest] = this.#evaluations.keys();
    if (oldest !== undefined && this.#evaluations.size > this.#capacity) this.#evaluations.delete(oldest);
  }
}

/** Whether an evaluation is exact or, as a lower bound, exceeds one of the limits. */
function answers({ bound, losses }: Evaluation, limits: TaskLosses | undefined): boolean {
  if (bound === 'exact') return true;
  return Object.entries(losses).some(([task, loss]) => loss > (limits?.[task] ?? Infinity));
}

/** The kept units as packed bits, a few characters a group; whole groups leave no trace. */
function keyOf(groups: readonly ChannelGroup[], keep: KeepLists): string {
  return groups
    .map(({ id, size }, index) => {
      const kept = keep.get(id);
      return kept && kept.length < size ? `${index}:${packBits(kept, size)}` : '';
    })
    .join('');
}

function packBits(positions: readonly number[], size: number): string {
  const words = new Uint16Array(Math.ceil(size / bitsPerCharacter));
  for (const position of positions) {
    const word = Math.floor(position / bitsPerCharacter);
    words[word] = (words[word] ?? 0) | (1 << (position % bitsPerCharacter));
  }
  return String.fromCharCode(...words);
}
