import type { ChannelMap, GroupId, KeepLists } from '../graph/channel-types';
import type { Graph, Param, ValueId } from '../graph/graph';
import type { GraphNode } from '../graph/nodes';

/**
 * Which groups can change a value or a param, and names for what they hold under a choice of kept channels: equal
 * signatures mean equal numbers. A value depends on every group that labels it, a param, or anything before it.
 */
export class Dependence {
  readonly #values = new Map<ValueId, ReadonlySet<GroupId>>();
  readonly #params = new Map<ValueId, ReadonlySet<GroupId>>();
  readonly #listNames = new Map<string, number>();

  constructor(graph: Graph, channels: ChannelMap) {
    const labels = (id: ValueId): GroupId[] =>
      [...(channels.params.get(id) ?? []), ...[channels.values.get(id) ?? []].flat()].flatMap(({ group }) =>
        [...new Set(group)].flatMap((index) => channels.groups[index]?.id ?? []),
      );
    for (const id of graph.params.keys()) this.#params.set(id, new Set(labels(id)));
    for (const { id } of graph.inputs) this.#values.set(id, new Set(labels(id)));
    for (const node of graph.nodes)
      this.#values.set(node.output, this.#groupsOfNode(node, labels(node.output)));
  }

  /** Whether removing channels of the group can change the value. */
  has(value: ValueId, group: GroupId): boolean {
    return this.#values.get(value)?.has(group) ?? false;
  }

  value(id: ValueId, keep: KeepLists): string {
    return this.#name(id, this.#values.get(id), keep);
  }

  param({ id }: Param, keep: KeepLists): string {
    return this.#name(id, this.#params.get(id), keep);
  }

  #groupsOfNode(node: GraphNode, own: readonly GroupId[]): ReadonlySet<GroupId> {
    const groups = new Set(own);
    for (const id of node.inputs)
      for (const group of this.#values.get(id) ?? this.#params.get(id) ?? []) groups.add(group);
    return groups;
  }

  /** A name for the keep-lists as a whole. */
  choice(keep: KeepLists): string {
    return [...keep]
      .map(([group, units]) => this.#listName(group, units))
      .sort((a, b) => a - b)
      .join(' | ');
  }

  #name(id: ValueId, groups: ReadonlySet<GroupId> | undefined, keep: KeepLists): string {
    const parts = [...keep]
      .filter(([group]) => groups?.has(group))
      .map(([group, units]) => this.#listName(group, units));
    return [id, ...parts.sort((a, b) => a - b)].join(' | ');
  }

  #listName(group: GroupId, units: readonly number[]): number {
    const list = `${group}: ${units.join()}`;
    const name = this.#listNames.get(list) ?? this.#listNames.size;
    this.#listNames.set(list, name);
    return name;
  }
}
