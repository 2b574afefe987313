import type { CalibrationSpec } from '../calibration/calibration';
import type { GroupId, KeepLists } from '../graph/channel-types';
import { sliceGraph } from '../graph/slice';
import { keepListsWithout } from '../pruning/keep-lists';
import type { Setup } from '../session';
import type { Drawing } from '../tasks/drawing';
import { measureResponses, type Responses } from './responses';
import { measureSampleLosses, readSamples, worstFirst, type SampleLosses } from './samples';
import { thumbnail, type Thumbnail } from './thumbnail';

/** A pruned network by the channels it lacks, in the original numbering of each group's first producer. */
export type Removed = Readonly<Record<GroupId, readonly number[]>>;

export interface PredictionsAsk {
  readonly removed: Removed;
  /** `worst`: samples whose loss rose most come first; `file`: as they stand in the calibration set. */
  readonly order: 'worst' | 'file';
  /** The task whose loss counts for `worst`; null takes all. */
  readonly task: string | null;
  readonly first: number;
  readonly count: number;
}

export interface Predictions {
  /** Samples in the set. */
  readonly total: number;
  readonly samples: readonly PredictedSample[];
}

export interface PredictedSample {
  readonly index: number;
  /** What the network sees; null where that is no picture. */
  readonly image: Thumbnail | null;
  readonly tasks: readonly PredictedTask[];
}

/** What a task makes of a sample with the unpruned network and with the pruned one. */
export interface PredictedTask {
  readonly task: string;
  readonly before: Drawing;
  readonly after: Drawing;
}

export interface ResponsesAsk {
  readonly removed: Removed;
  /** The node of the layer. */
  readonly node: string;
  readonly channel: number;
  readonly sample: number;
}

/** Lets work on the backend wait until nobody else is at work there. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Looks into an unpruned and a pruned network, sample by sample. Keeps losses, never tensors. */
export class Inspector {
  readonly setup: Setup;
  readonly #spec: CalibrationSpec;
  readonly #channelsFirst: boolean;
  readonly #inTurn: InTurn;
  readonly #losses = new Map<string, SampleLosses>();

  /** @param channelsFirst the axis order of the model's input */
  constructor(setup: Setup, spec: CalibrationSpec, channelsFirst: boolean, inTurn: InTurn) {
    this.setup = setup;
    this.#spec = spec;
    this.#channelsFirst = channelsFirst;
    this.#inTurn = inTurn;
  }

  async predictions(ask: PredictionsAsk, signal: AbortSignal): Promise<Predictions> {
    const { graph, channels, set, tasks } = this.setup;
    const keep = keepListsWithout(channels, ask.removed);
    const order = await this.#order(ask, keep, signal);
    const indices = order.slice(ask.first, ask.first + ask.count);
    const [before, after] = await this.#inTurn(async () => [
      await readSamples(graph, set, tasks, indices),
      await readSamples(this.#pruned(keep), set, tasks, indices),
    ]);
    signal.throwIfAborted();
    const samples = indices.map((index, at) => ({
      index,
      image: thumbnail(set, index, this.#spec, this.#channelsFirst),
      tasks: tasks.flatMap((bound) => {
        const [old, now] = [before.get(bound)?.[at], after.get(bound)?.[at]];
        if (!old || !now) return [];
        const { task } = bound;
        return [{ task: task.spec.name, before: task.draw(old, 0), after: task.draw(now, 0) }];
      }),
    }));
    return { total: set.count, samples };
  }

  /** @returns null when the network has no such layer */
  responses({ removed, ...ask }: ResponsesAsk): Promise<Responses | null> {
    const keep = keepListsWithout(this.setup.channels, removed);
    return this.#inTurn(() => measureResponses(this.setup, keep, ask));
  }

  async #order(
    { order, task }: PredictionsAsk,
    keep: KeepLists,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    if (order === 'file') return Array.from({ length: this.setup.set.count }, (_, index) => index);
    const before = await this.#sampleLosses(new Map(), signal);
    return worstFirst(before, await this.#sampleLosses(keep, signal), task);
  }

  async #sampleLosses(keep: KeepLists, signal: AbortSignal): Promise<SampleLosses> {
    const key = JSON.stringify([...keep]);
    const known = this.#losses.get(key);
    if (known) return known;
    const { set, tasks } = this.setup;
    const measuring = measureSampleLosses(this.#pruned(keep), set, tasks);
    try {
      for (;;) {
        const { value, done } = await this.#inTurn(() => measuring.next());
        if (done) return this.#remember(key, value);
        signal.throwIfAborted();
      }
    } finally {
      await measuring.return(new Map());
    }
  }

  #remember(key: string, losses: SampleLosses): SampleLosses {
    this.#losses.set(key, losses);
    const [oldest] = [...this.#losses.keys()].filter((one) => one !== unpruned);
    if (this.#losses.size > remembered && oldest !== undefined) this.#losses.delete(oldest);
    return losses;
  }

  #pruned(keep: KeepLists) {
    const { graph, channels } = this.setup;
    return keep.size === 0 ? graph : sliceGraph(graph, channels, keep);
  }
}

const unpruned = JSON.stringify([]);
const remembered = 64;
