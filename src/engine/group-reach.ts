import type { ChannelMap, GroupId } from '../graph/channel-types';
import type { Graph, ValueId } from '../graph/graph';
import type { Dependence } from './dependence';
import type { Plan, Step } from './plan';
import { productsOf, type Product } from './products';
import { frontierOf, reachOf, type Reach } from './reach';

/** All that the varying of one group means for evaluations. It depends on the graph alone. */
export interface GroupReach {
  readonly reach: Reach;
  /** Values that evaluations start from. */
  readonly frontier: readonly ValueId[];
  /** The first layers that sum over the group's channels. */
  readonly products: readonly Product[];
  /** Values worth keeping for it from early on: the frontier and the products follow from them without a product. */
  readonly lasting: readonly ValueId[];
}

/** Where nothing varies. */
export const NOTHING: GroupReach = { reach: new Map(), frontier: [], products: [], lasting: [] };

export function groupReach(
  group: GroupId,
  graph: Graph,
  channels: ChannelMap,
  plan: Plan,
  dependence: Dependence,
): GroupReach {
  const reach = reachOf(group, graph, channels, plan, dependence);
  const frontier = frontierOf(reach, graph, plan);
  const products = productsOf(reach, graph, channels, plan);
  const makers = new Map(plan.steps.map((step) => [step.output, step]));
  const inputs = new Set(graph.inputs.map(({ id }) => id));
  const anchors = [...frontier, ...products.map(({ output }) => output)].map((id) => anchorOf(id, makers));
  return { reach, frontier, products, lasting: [...new Set(anchors)].filter((id) => !inputs.has(id)) };
}

/** Before elementwise functions, which cost next to nothing. */
function anchorOf(id: ValueId, makers: ReadonlyMap<ValueId, Step>): ValueId {
  const step = makers.get(id);
  const [before] = step?.reads ?? [];
  const isCheap = step?.nodes.every(({ op }) => op === 'unary');
  return isCheap && before !== undefined ? anchorOf(before, makers) : id;
}
