import { breathe } from '../src/engine/breath';
import type { Checkpoint } from '../src/util/checkpoint';
import type { Opened } from './api';

/** How often progress is told, ms. */
const TOLD_EVERY = 50;

/** Files being opened: tells how far it is, and can be given up between two portions of the work. */
export class Opening {
  readonly #abort = new AbortController();
  readonly #tell: (what: string, done: number, total: number) => void;
  #told = { what: '', at: 0 };

  constructor(tell: (what: string, done: number, total: number) => void) {
    this.#tell = tell;
  }

  readonly checkpoint: Checkpoint = async (what, done, total) => {
    const now = performance.now();
    if (what !== this.#told.what || now - this.#told.at >= TOLD_EVERY) {
      this.#tell(what, done, total);
      this.#told = { what, at: now };
    }
    await breathe();
    this.#abort.signal.throwIfAborted();
  };

  cancel(): void {
    this.#abort.abort();
  }

  get cancelled(): boolean {
    return this.#abort.signal.aborted;
  }
}

export const nothingOpened: Opened = {
  model: null,
  calibration: null,
  recipe: null,
  savedRun: null,
  problems: [],
  cancelled: false,
};
