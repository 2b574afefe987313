/** A name for one channel of one axis. Labels that must be removed together are united. */
export type Label = number;

/** Disjoint sets of labels. A set may be frozen; the reason that was given first stands for the whole set. */
export class Labels {
  readonly #parent: number[] = [];
  /** By root: index into `#reasons`, the lower the earlier, or −1. */
  readonly #frozen: number[] = [];
  readonly #reasons: string[] = [];

  fresh(count: number): Int32Array {
    const first = this.#parent.length;
    for (let label = first; label < first + count; label++) {
      this.#parent.push(label);
      this.#frozen.push(-1);
    }
    return Int32Array.from({ length: count }, (_, i) => first + i);
  }

  freshFrozen(count: number, reason: string): Int32Array {
    const labels = this.fresh(count);
    this.freeze(labels, reason);
    return labels;
  }

  /** The set's representative. */
  find(label: Label): Label {
    let root = label;
    for (let up = this.#parent[root]; up !== undefined && up !== root; up = this.#parent[root]) root = up;
    for (let at = label; at !== root;) {
      const up = this.#parent[at] ?? root;
      this.#parent[at] = root;
      at = up;
    }
    return root;
  }

  unite(a: Label, b: Label): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x === y) return;
    const [root, child] = x < y ? [x, y] : [y, x];
    this.#parent[child] = root;
    const reasons = [this.#frozen[x] ?? -1, this.#frozen[y] ?? -1].filter((reason) => reason >= 0);
    this.#frozen[root] = reasons.length > 0 ? Math.min(...reasons) : -1;
  }

  /** Unites position by position. */
  uniteAll(a: Int32Array, b: Int32Array): void {
    if (a.length !== b.length)
      throw new Error(`Axes of ${a.length} and ${b.length} channels cannot be united.`);
    a.forEach((label, i) => this.unite(label, b[i] ?? label));
  }

  freeze(labels: Int32Array, reason: string): void {
    if (labels.length === 0) return;
    const index = this.#reasons.push(reason) - 1;
    for (const label of labels) {
      const root = this.find(label);
      if (this.#frozen[root] === -1) this.#frozen[root] = index;
    }
  }

  /** Why the label's set is frozen, or null. */
  reason(label: Label): string | null {
    return this.#reasons[this.#frozen[this.find(label)] ?? -1] ?? null;
  }
}
