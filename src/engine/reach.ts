import type { ChannelMap, GroupId } from '../graph/channel-types';
import type { Graph, ValueId } from '../graph/graph';
import type { GraphNode } from '../graph/nodes';
import type { Dependence } from './dependence';
import type { Plan, Step } from './plan';

/**
 * How far the choice of one group's channels reaches. `sliced` values can be had by slicing what they are with the
 * group whole, since every operator up to there treats channels one by one; `mixed` ones must be computed again.
 * Values that do not depend on the group are absent.
 */
export type Reach = ReadonlyMap<ValueId, 'sliced' | 'mixed'>;

export function reachOf(
  group: GroupId,
  graph: Graph,
  channels: ChannelMap,
  plan: Plan,
  dependence: Dependence,
): Reach {
  const reach = new Map<ValueId, 'sliced' | 'mixed'>();
  for (const step of plan.steps) {
    if (!dependence.has(step.output, group)) continue;
    const found = step.reads.map((id) => reach.get(id));
    const isMixed = found.includes('mixed') || (found.includes('sliced') && mixes(step, graph, channels));
    reach.set(step.output, isMixed ? 'mixed' : 'sliced');
  }
  return reach;
}

/** The values to keep while the group varies: what recomputed steps read from those that need not run again. */
export function frontierOf(reach: Reach, graph: Graph, plan: Plan): readonly ValueId[] {
  const inputs = new Set(graph.inputs.map((input) => input.id));
  const recomputed = plan.steps.filter((step) => reach.get(step.output) === 'mixed');
  const read = new Set(recomputed.flatMap((step) => step.reads));
  return [...read].filter((id) => reach.get(id) !== 'mixed' && !inputs.has(id));
}

/** Whether an output channel of the step sums over, or is scaled by, several channels of what it reads. */
function mixes(step: Step, graph: Graph, channels: ChannelMap): boolean {
  return step.nodes.some((node) => nodeMixes(node, graph, channels));
}

function nodeMixes(node: GraphNode, graph: Graph, channels: ChannelMap): boolean {
  const [x = ''] = node.inputs;
  const labelled = channels.values.get(x)?.axis ?? -1;
  switch (node.op) {
    case 'conv2d':
      return node.groups === 1 || node.groups !== graph.values.get(x)?.shape[3];
    case 'convTranspose2d':
    case 'dense':
    case 'matmul':
    case 'opaque':
      return true;
    case 'reduce':
    case 'normalize':
      return node.axes.includes(labelled);
    case 'softmax':
    case 'logSoftmax':
    case 'argReduce':
    case 'topK':
    case 'cumSum':
    case 'resample':
      return node.axis === labelled;
    default:
      return false;
  }
}
