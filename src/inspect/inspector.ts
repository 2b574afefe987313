import type { CalibrationSpec } from '../calibration/calibration';
import type { GroupId, KeepLists } from '../graph/channel-types';
import type { Graph } from '../graph/graph';
import { sliceGraph } from '../graph/slice';
import { keepListsWithout } from '../pruning/keep-lists';
import type { Setup } from '../session';
import type { Drawing } from '../tasks/drawing';
import { measureResponses, type Responses } from './responses';
import { measureSampleLosses, readSamples, worstFirst, type SampleLosses } from './samples';
import { thumbnail, type Thumbnail } from '../calibration/thumbnail';

/** A pruned network by the channels it lacks, in the original numbering of each group's first producer. */
export type Removed = Readonly<Record<GroupId, readonly number[]>>;

/** A network with numbers of its own, as recovery leaves it: the original-size graph and what it keeps. */
export interface OwnNetwork {
  readonly id: string;
  readonly graph: Graph;
  readonly keep: KeepLists;
}

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

/** The graph that the network with these channels kept is sliced from, where that is not the unpruned one. */
export type GraphOf = (keep: KeepLists) => Graph | null;

/** Looks into an unpruned and a pruned network, sample by sample. Keeps losses, never tensors. */
export class Inspector {
  readonly setup: Setup;
  readonly #spec: CalibrationSpec;
  readonly #channelsFirst: boolean;
  readonly #inTurn: InTurn;
  readonly #graphOf: GraphOf;
  readonly #losses = new Map<string, SampleLosses>();

  /** @param channelsFirst the axis order of the model's input */
  constructor(
    setup: Setup,
    spec: CalibrationSpec,
    channelsFirst: boolean,
    inTurn: InTurn,
    graphOf: GraphOf = () => null,
  ) {
    this.setup = setup;
    this.#spec = spec;
    this.#channelsFirst = channelsFirst;
    this.#inTurn = inTurn;
    this.#graphOf = graphOf;
  }

  /** @param own looked at in place of the unpruned network without the removed channels */
  async predictions(
    ask: PredictionsAsk,
    signal: AbortSignal,
    own: OwnNetwork | null = null,
  ): Promise<Predictions> {
    const { graph, set, tasks } = this.setup;
    const shown = own ?? this.#without(ask.removed);
    const order = await this.#order(ask, shown, signal);
    const indices = order.slice(ask.first, ask.first + ask.count);
    const [before, after] = await this.#inTurn(async () => [
      await readSamples(graph, set, tasks, indices),
      await readSamples(this.#sliced(shown), set, tasks, indices),
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
  responses({ removed, ...ask }: ResponsesAsk, own: OwnNetwork | null = null): Promise<Responses | null> {
    const shown = own ?? this.#without(removed);
    return this.#inTurn(() => measureResponses(this.setup, shown, ask));
  }

  async #order(
    { order, task }: PredictionsAsk,
    shown: OwnNetwork,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    if (order === 'file') return Array.from({ length: this.setup.set.count }, (_, index) => index);
    const before = await this.#sampleLosses(this.#without({}), signal);
    return worstFirst(before, await this.#sampleLosses(shown, signal), task);
  }

  async #sampleLosses(network: OwnNetwork, signal: AbortSignal): Promise<SampleLosses> {
    const known = this.#losses.get(network.id);
    if (known) return known;
    const { set, tasks } = this.setup;
    const measuring = measureSampleLosses(this.#sliced(network), set, tasks);
    try {
      for (;;) {
        const { value, done } = await this.#inTurn(() => measuring.next());
        if (done) return this.#remember(network.id, value);
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

  #without(removed: Removed): OwnNetwork {
    const { graph, channels } = this.setup;
    const keep = keepListsWithout(channels, removed);
    const recovered = keep.size === 0 ? null : this.#graphOf(keep);
    const id = JSON.stringify([...keep]);
    return recovered ? { id: `${id} ${numberOf(recovered)}`, graph: recovered, keep } : { id, graph, keep };
  }

  #sliced({ graph, keep }: OwnNetwork): Graph {
    return keep.size === 0 ? graph : sliceGraph(graph, this.setup.channels, keep);
  }
}

const unpruned = JSON.stringify([]);
const remembered = 64;

const numbers = new WeakMap<Graph, number>();
let met = 0;

/** Tells graphs with the same channels and other numbers apart. */
function numberOf(graph: Graph): number {
  const number = numbers.get(graph) ?? (met += 1);
  numbers.set(graph, number);
  return number;
}
