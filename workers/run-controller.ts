import type { RunEvent } from '../src/pruning/events';
import type { WorkerRunState } from './api';

type PauseAfter = 'trial' | 'layer' | null;

export interface RunListener<Event> {
  event(event: Event): void;
  state(state: WorkerRunState, error: unknown): void;
}

/**
 * Drives a method's generator: to pause is not to pull, to step is to pull up to the next step event, to stop is to
 * return.
 */
export class RunController<Event extends { readonly kind: string } = RunEvent> {
  readonly #events: AsyncGenerator<Event, unknown>;
  readonly #listener: RunListener<Event>;
  #pauseAfter: PauseAfter = null;
  #pauseAsked = false;
  #stopAsked = false;
  #pulling: Promise<void> | null = null;
  #ended = false;

  constructor(events: AsyncGenerator<Event, unknown>, listener: RunListener<Event>) {
    this.#events = events;
    this.#listener = listener;
  }

  resume(): void {
    this.#go(null);
  }

  step(unit: 'trial' | 'layer'): void {
    this.#go(unit);
  }

  pause(): void {
    this.#pauseAsked = true;
  }

  /** Resolves when the generator has cleaned up, after the evaluation under way. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    this.#stopAsked = true;
    await this.#pulling;
    await this.#end('stopped');
  }

  #go(pauseAfter: PauseAfter): void {
    this.#pauseAsked = false;
    this.#pauseAfter = pauseAfter;
    if (this.#pulling || this.#ended) return;
    this.#listener.state('running', null);
    this.#pulling = this.#pull();
  }

  async #pull(): Promise<void> {
    try {
      while (!this.#stopAsked) {
        const { value, done } = await this.#events.next();
        if (done) {
          await this.#end('done');
          return;
        }
        this.#listener.event(value);
        if (this.#shouldPause(value)) {
          this.#pulling = null;
          this.#listener.state('paused', null);
          return;
        }
        await eventLoopTurn();
      }
    } catch (error) {
      this.#ended = true;
      this.#listener.state('failed', error);
    }
  }

  #shouldPause(event: Event): boolean {
    if (this.#pauseAsked) return true;
    if (this.#pauseAfter === 'trial') return event.kind === 'trial-measured' || event.kind === 'run-finished';
    return this.#pauseAfter === 'layer' && (event.kind === 'step-ended' || event.kind === 'run-finished');
  }

  async #end(state: 'done' | 'stopped'): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#events.return(undefined);
    this.#listener.state(state, null);
  }
}

/** Lets commands that arrived in the meantime (pause, stop) be handled; a microtask would not. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export interface ActiveRun {
  readonly number: number;
  readonly controller: RunController;
  readonly abort: AbortController;
}
