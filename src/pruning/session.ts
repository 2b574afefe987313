import type { Oracle } from '../engine/oracle';
import type { ChannelMap } from '../graph/channel-types';
import { costModel } from '../graph/cost';
import type { CostModel } from '../graph/cost-model';
import type { Graph } from '../graph/graph';
import { SearchGuide } from './guide';
import { EvaluationMemo } from './memo';

export interface SessionTask {
  readonly name: string;
  /** Its share in the summed loss that scores the filter; drops are relative and do not depend on it. */
  readonly weight: number;
}

/** All that a method needs of a model, its calibration set and its tasks. Lives as long as they do, over many runs. */
export interface PruningSession {
  readonly graph: Graph;
  readonly channels: ChannelMap;
  readonly cost: CostModel;
  readonly tasks: readonly SessionTask[];
  readonly oracle: Oracle;
  /** Calibration samples in use. */
  readonly samples: number;
  /** What the oracle has answered, shared by the session's runs. */
  readonly memo: EvaluationMemo;
  /** What the bracket search guesses from, likewise. */
  readonly guide: SearchGuide;
}

export function createPruningSession(parts: {
  readonly graph: Graph;
  readonly channels: ChannelMap;
  readonly tasks: readonly { readonly name: string; readonly weight?: number }[];
  readonly oracle: Oracle;
  readonly samples: number;
}): PruningSession {
  const { graph, channels, oracle, samples } = parts;
  return {
    graph,
    channels,
    cost: costModel(graph, channels),
    tasks: parts.tasks.map(({ name, weight }) => ({ name, weight: weight ?? 1 })),
    oracle,
    samples,
    memo: new EvaluationMemo(channels.groups),
    guide: new SearchGuide(),
  };
}
