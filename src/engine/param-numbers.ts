import type { Graph, Param, ValueId } from '../graph/graph';

type Names = ReadonlyMap<ValueId, number>;

/**
 * Names for the numbers that params hold where they are not those of the network as it was at first, and for what
 * these reach: a value has the same name in two networks only where every param upstream of it holds the same numbers.
 * Numbers that come back have their old name again.
 */
export class ParamNumbers {
  readonly #known: Map<string, number>;
  /** What params held before they were replaced for the first time. */
  readonly #first: Names;
  readonly #params: Names;
  readonly #reached: Names;

  constructor(
    known = new Map<string, number>(),
    first: Names = new Map(),
    params: Names = new Map(),
    reached = params,
  ) {
    this.#known = known;
    this.#first = first;
    this.#params = params;
    this.#reached = reached;
  }

  /** Of a param or a value; empty where all is as at first. */
  name(id: ValueId): string {
    return suffix(this.#reached.get(id));
  }

  /** Of all params together. */
  get names(): string {
    const all = [...this.#params].map((entry) => entry.join('=')).sort();
    return suffix(all.length > 0 ? nameOf(all.join(), this.#known) : undefined);
  }

  /** @param graph with the params as they are before */
  replaced(graph: Graph, params: readonly Param[]): ParamNumbers {
    const first = new Map(this.#first);
    const now = new Map(this.#params);
    for (const { id, data } of params) {
      const before = graph.params.get(id);
      if (!before || before.data === data) continue;
      if (!first.has(id)) first.set(id, nameOf(contentOf(before.data), this.#known));
      const name = nameOf(contentOf(data), this.#known);
      if (name === first.get(id)) now.delete(id);
      else now.set(id, name);
    }
    return new ParamNumbers(this.#known, first, now, this.#reachedFrom(graph, now));
  }

  #reachedFrom({ nodes }: Graph, params: Names): Names {
    const reached = new Map(params);
    for (const { inputs, output } of nodes)
      if (inputs.some((id) => reached.has(id)))
        reached.set(output, nameOf(inputs.map((id) => reached.get(id) ?? '').join(), this.#known));
    return reached;
  }
}

function nameOf(content: string, known: Map<string, number>): number {
  const name = known.get(content) ?? known.size;
  known.set(content, name);
  return name;
}

function suffix(name: number | undefined): string {
  return name === undefined ? '' : ` with ${name}`;
}

/** Two hashes of 32 bits (after MurmurHash3's mixing, public domain, Austin Appleby): kept instead of the numbers themselves. */
function contentOf({ buffer, byteOffset, length }: Float32Array): string {
  const words = new Uint32Array(buffer, byteOffset, length);
  let [a, b] = [0x9e3779b9 ^ length, 0x85ebca6b ^ length];
  for (const word of words) {
    a = Math.imul(a ^ word, 0xcc9e2d51);
    a ^= a >>> 15;
    b = Math.imul(b ^ word, 0x1b873593);
    b ^= b >>> 13;
  }
  return `${length}: ${a >>> 0} ${b >>> 0}`;
}
