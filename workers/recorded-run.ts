import type { RunEvent } from '../src/pruning/events';
import type { ReportGroup } from '../src/pruning/report';
import type { Session } from '../src/session';
import { InputError } from '../src/util/errors';
import type { RunSetup } from './api';
import { recoveryOf } from './run-recovery';
import { RunResult } from './run-result';

export interface RecordedHost {
  readonly session: (setup: RunSetup) => Promise<Session>;
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly progress: (done: number, total: number) => void;
}

/** A repetition of what recovery did was ended before its networks were there. */
export class GivenUp extends InputError {
  constructor() {
    super({
      file: 'The run on show',
      problem: 'its networks were not recovered again, because another run began.',
      advice: 'Ask for them once more, or take what the new run leaves.',
    });
  }
}

/**
 * A run that was not computed here: a demo's, a saved one, or that of the last visit. Its events tell what was
 * removed; what recovery did to the weights after each commit is done again when somebody asks for the networks.
 */
export class RecordedRun {
  readonly #setup: RunSetup;
  readonly #events: readonly RunEvent[];
  readonly #host: RecordedHost;
  #abort = new AbortController();
  #result: Promise<RunResult> | null = null;

  constructor(setup: RunSetup, events: readonly RunEvent[], host: RecordedHost) {
    this.#setup = setup;
    this.#events = events;
    this.#host = host;
  }

  /**
   * @throws InputError when the run is not of the network that is open
   * @throws GivenUp when it was given up meanwhile
   */
  result(): Promise<RunResult> {
    if (this.#result) return this.#result;
    const { signal } = this.#abort;
    const asked = this.#host.inTurn(() => this.#repeat(signal));
    asked.catch(() => (this.#result = this.#result === asked ? null : this.#result));
    return (this.#result = asked);
  }

  /** Ends a repetition that is under way; asked again, it begins anew. */
  giveUp(): void {
    this.#abort.abort(new GivenUp());
    this.#abort = new AbortController();
  }

  async #repeat(signal: AbortSignal): Promise<RunResult> {
    signal.throwIfAborted();
    const session = await this.#host.session(this.#setup);
    const result = new RunResult(session, this.#setup);
    for (const event of this.#events) {
      if (event.kind === 'run-started') requireSame(session, event.groups);
      result.take(event);
    }
    const recovery = recoveryOf(session, this.#setup, signal);
    if (recovery) await result.repeat(recovery, this.#host.progress);
    return result;
  }
}

function requireSame({ artifact, channels }: Session, groups: readonly ReportGroup[]): void {
  const sizes = new Map(channels.groups.map(({ id, size }) => [id, size]));
  const other = groups.find(({ id, size }) => sizes.get(id) !== size);
  if (!other) return;
  throw new InputError({
    file: artifact.file,
    place: `layer ${other.id}`,
    problem: `the run on show is of a network that has ${other.size} channels there, this one has ${sizes.get(other.id) ?? 'no such layer'}.`,
    advice: 'Open the model that the run was made with, or press Run.',
  });
}
