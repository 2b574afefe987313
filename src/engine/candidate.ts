import type { ChannelMap, KeepLists } from '../graph/channel-types';
import type { Graph, ValueId } from '../graph/graph';
import { sliceGraph } from '../graph/slice';
import { Choice } from './choice';
import type { Dependence } from './dependence';
import { Executor } from './executor';
import type { Schedule } from './executor';
import { stepMacs } from './plan';
import type { WeightStore } from './weights';

/** The network as some keep-lists make it, ready to run. Holds no tensors: the weights are in the shared store. */
export class Candidate {
  readonly choice: Choice;
  /** The whole network. */
  readonly original: Graph;
  readonly graph: Graph;
  readonly executor: Executor;

  constructor(
    original: Graph,
    channels: ChannelMap,
    keep: KeepLists,
    wanted: readonly ValueId[],
    shared: {
      readonly weights: WeightStore;
      readonly dependence: Dependence;
      readonly unfused: ReadonlySet<string>;
    },
  ) {
    this.choice = new Choice(keep, channels, shared.dependence);
    this.original = original;
    this.graph = sliceGraph(original, channels, keep);
    this.executor = new Executor(this.graph, wanted, {
      weights: shared.weights,
      unfused: shared.unfused,
      weightKey: (param) => shared.dependence.signature(param.id, keep),
    });
  }

  /** Multiply-accumulates of a schedule's layers for one sample. */
  macs({ steps }: Schedule): number {
    return stepMacs(this.graph, steps);
  }
}
