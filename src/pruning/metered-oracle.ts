import type { EvaluateOptions, Evaluation, Oracle, Work } from '../engine/oracle';
import type { KeepLists } from '../graph/channel-types';
import type { Param } from '../graph/graph';

/** An oracle that also counts what is asked through it: the work and the seconds of one run, pauses left out. */
export class MeteredOracle implements Oracle {
  readonly backend: string;
  readonly #oracle: Oracle;
  #work: Work = { evaluations: 0, macs: 0, naiveMacs: 0 };
  #milliseconds = 0;

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
    this.backend = oracle.backend;
  }

  get work(): Work {
    return this.#work;
  }

  get seconds(): number {
    return this.#milliseconds / 1000;
  }

  async evaluate(keep: KeepLists, options?: EvaluateOptions): Promise<Evaluation> {
    const before = { ...this.#oracle.work };
    const start = performance.now();
    const evaluation = await this.#oracle.evaluate(keep, options);
    this.#milliseconds += performance.now() - start;
    const { evaluations, macs, naiveMacs } = this.#oracle.work;
    this.#work = {
      evaluations: this.#work.evaluations + evaluations - before.evaluations,
      macs: this.#work.macs + macs - before.macs,
      naiveMacs: this.#work.naiveMacs + naiveMacs - before.naiveMacs,
    };
    return evaluation;
  }

  replaceParams(params: readonly Param[]): Promise<void> {
    return this.#oracle.replaceParams(params);
  }

  dispose(): void {
    this.#oracle.dispose();
  }
}
