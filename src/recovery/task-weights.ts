/**
 * Weights of tasks' losses while training: given ones, or learned from the tasks' noise. For the latter each task has
 * s = log σ², learned by descending Σ exp(−s)·loss + s/2 (Kendall, Gal & Cipolla 2018, arXiv 1705.07115, eq. 7–10)
 * beside the network; the factors exp(−s) are scaled to a mean of 1, so that the learning rate keeps its meaning.
 */
export class TaskWeights {
  readonly #given: ReadonlyMap<string, number>;
  readonly #logVariances: Map<string, number> | null;

  constructor(given: ReadonlyMap<string, number>, weighting: 'fixed' | 'uncertainty') {
    this.#given = given;
    this.#logVariances = weighting === 'uncertainty' ? new Map([...given].map(([task]) => [task, 0])) : null;
  }

  of(task: string): number {
    const given = this.#given.get(task) ?? 1;
    if (!this.#logVariances) return given;
    const factors = [...this.#logVariances.values()].map((s) => Math.exp(-s));
    const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
    return (given * Math.exp(-(this.#logVariances.get(task) ?? 0))) / mean;
  }

  /** Learns from a batch's mean loss of a task. */
  learn(task: string, loss: number): void {
    const s = this.#logVariances?.get(task);
    if (s === undefined || !Number.isFinite(loss)) return;
    this.#logVariances?.set(task, s - STEP * (0.5 - Math.exp(-s) * loss));
  }

  /** To go on from later. */
  state(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#logVariances ?? []);
  }

  restore(state: Readonly<Record<string, number>>): void {
    for (const task of this.#logVariances?.keys() ?? []) this.#logVariances?.set(task, state[task] ?? 0);
  }
}

const STEP = 0.02;
