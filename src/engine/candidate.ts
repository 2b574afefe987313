import type { ChannelMap, KeepLists } from '../graph/channel-types';
import { nodeMacs } from '../graph/cost';
import type { Graph, ValueId } from '../graph/graph';
import { keptPositions, sliceGraph } from '../graph/slice';
import type { Dependence } from './dependence';
import { Executor } from './executor';
import type { Schedule } from './executor';
import type { WeightStore } from './weights';

/** The network as some keep-lists make it, ready to run. Holds no tensors: the weights are in the shared store. */
export class Candidate {
  readonly keep: KeepLists;
  readonly graph: Graph;
  readonly executor: Executor;
  readonly #channels: ChannelMap;
  readonly #dependence: Dependence;

  constructor(
    original: Graph,
    channels: ChannelMap,
    keep: KeepLists,
    wanted: readonly ValueId[],
    shared: { readonly weights: WeightStore; readonly dependence: Dependence },
  ) {
    this.keep = keep;
    this.graph = sliceGraph(original, channels, keep);
    this.#channels = channels;
    this.#dependence = shared.dependence;
    this.executor = new Executor(this.graph, wanted, {
      weights: shared.weights,
      weightKey: (param) => shared.dependence.param(param, keep),
    });
  }

  /** Names what a value holds in this network. */
  signature(id: ValueId): string {
    return this.#dependence.value(id, this.keep);
  }

  /** Multiply-accumulates of a schedule's layers for one sample. */
  macs({ steps }: Schedule): number {
    const nodes = steps.flatMap((step) => step.nodes);
    return nodes.reduce((sum, node) => sum + nodeMacs(this.graph, node), 0);
  }

  /** Where this network's channels of a value lie among those of a network that has more of them. */
  positionsIn(
    larger: Candidate,
    id: ValueId,
  ): { readonly axis: number; readonly positions: readonly number[] } {
    const labels = this.#channels.values.get(id);
    if (!labels) throw new Error(`The channels of ${id} are unknown.`);
    const theirs = keptPositions(labels, this.#channels, larger.keep);
    const rank = new Map(theirs.map((position, index) => [position, index]));
    const ours = keptPositions(labels, this.#channels, this.keep);
    return { axis: labels.axis, positions: ours.flatMap((position) => rank.get(position) ?? []) };
  }
}
