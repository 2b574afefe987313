import type { ChannelMap, GroupId, KeepLists } from '../graph/channel-types';
import type { Graph, Param, ValueId } from '../graph/graph';
import { ParamNumbers } from './param-numbers';

/**
 * Which groups can change a value or a param, and names for what they hold under a choice of kept channels: equal
 * signatures mean equal numbers. A value depends on every group that labels it, a param, or anything before it.
 */
export class Dependence {
  /** Of values and params. */
  readonly #groups: ReadonlyMap<ValueId, ReadonlySet<GroupId>>;
  readonly #listNames: Map<string, number>;
  readonly #numbers: ParamNumbers;

  private constructor(
    groups: ReadonlyMap<ValueId, ReadonlySet<GroupId>>,
    listNames: Map<string, number>,
    numbers: ParamNumbers,
  ) {
    this.#groups = groups;
    this.#listNames = listNames;
    this.#numbers = numbers;
  }

  static of(graph: Graph, channels: ChannelMap): Dependence {
    return new Dependence(groupsOf(graph, channels), new Map(), new ParamNumbers());
  }

  /**
   * For a network with other numbers in some params. Names of what these do not reach stay as they are.
   * @param graph with the params as they are before
   */
  withParams(graph: Graph, params: readonly Param[]): Dependence {
    return new Dependence(this.#groups, this.#listNames, this.#numbers.replaced(graph, params));
  }

  /** Whether removing channels of the group can change the value. */
  has(value: ValueId, group: GroupId): boolean {
    return this.#groups.get(value)?.has(group) ?? false;
  }

  /** Names what a value or a param holds. */
  signature(id: ValueId, keep: KeepLists): string {
    const groups = this.#groups.get(id);
    const lists = this.#lists([...keep].filter(([group]) => groups?.has(group)));
    return [id, ...lists].join(' | ') + this.#numbers.name(id);
  }

  /** Names the network that the keep-lists make. */
  choice(keep: KeepLists): string {
    return this.#lists([...keep]).join(' | ') + this.#numbers.names;
  }

  #lists(lists: readonly (readonly [GroupId, readonly number[]])[]): readonly number[] {
    return lists.map(([group, units]) => this.#listName(group, units)).sort((a, b) => a - b);
  }

  #listName(group: GroupId, units: readonly number[]): number {
    const list = `${group}: ${units.join()}`;
    const name = this.#listNames.get(list) ?? this.#listNames.size;
    this.#listNames.set(list, name);
    return name;
  }
}

function groupsOf(graph: Graph, channels: ChannelMap): ReadonlyMap<ValueId, ReadonlySet<GroupId>> {
  const labels = (id: ValueId): GroupId[] =>
    [...(channels.params.get(id) ?? []), ...[channels.values.get(id) ?? []].flat()].flatMap(({ group }) =>
      [...new Set(group)].flatMap((index) => channels.groups[index]?.id ?? []),
    );
  const found = new Map<ValueId, Set<GroupId>>();
  for (const id of graph.params.keys()) found.set(id, new Set(labels(id)));
  for (const { id } of graph.inputs) found.set(id, new Set(labels(id)));
  for (const { inputs, output } of graph.nodes) {
    const before = inputs.flatMap((id) => [...(found.get(id) ?? [])]);
    found.set(output, new Set([...labels(output), ...before]));
  }
  return found;
}
