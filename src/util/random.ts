/** A seeded source of random numbers: the same seed gives the same sequence everywhere. */
export class Random {
  #state: number;

  /** @param seed 32-bit integer */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A source of its own for each sequence of numbers, e.g. a seed and a step. */
  static of(...key: readonly number[]): Random {
    const mix = (state: number, part: number) => new Random(state ^ Math.imul(part + 1, 0x9e3779b1)).next();
    return new Random(key.reduce(mix, 0));
  }

  /** Uniform among the 32-bit integers from 0. */
  next(): number {
    return Math.floor(this.uniform() * 4294967296);
  }

  /** Uniform in [0, 1). mulberry32 (public domain, Tommy Ettinger). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** Uniform among 0 … count − 1. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** 0 … count − 1 in random order (Fisher and Yates). */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const held = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = held;
    }
    return order;
  }
}
