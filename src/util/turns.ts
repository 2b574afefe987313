/** Work that must not overlap takes turns, in the order in which it was asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Each step of a generator becomes a turn of its own, so that others come in between. */
  async *steps<T, R>(events: AsyncGenerator<T, R, unknown>): AsyncGenerator<T, R, undefined> {
    try {
      for (;;) {
        const { value, done } = await this.take(() => events.next());
        if (done) return value;
        yield value;
      }
    } finally {
      await this.take(() => close(events));
    }
  }
}

/** Lets a generator clean up; of one that has ended nothing is left to do. */
async function close(events: AsyncGenerator<unknown, unknown, unknown>): Promise<void> {
  await events.return(undefined);
}
