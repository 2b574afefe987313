import { measureValues } from '../src/engine/measure-values';
import {
  Inspector,
  type GraphOf,
  type InTurn,
  type OwnNetwork,
  type Predictions,
  type PredictionsAsk,
  type ResponsesAsk,
} from '../src/inspect';
import type { Responses } from '../src/inspect';
import type { Setup, SetupParts } from '../src/session';
import { prepareSetup } from '../src/session/setup';

/** Looks into the networks of the newest setup asked about; of several questions at once only the last is answered. */
export class Inspection {
  readonly #inTurn: InTurn;
  readonly #known: (parts: SetupParts) => Promise<Setup> | null;
  readonly #recovered: GraphOf;
  #current: { readonly key: string; readonly inspector: Promise<Inspector> } | null = null;
  #abort = new AbortController();

  /**
   * @param known the setup of a run's session, so that it is not made twice
   * @param recovered what a network of the run on show is sliced from, where it is not the unpruned one
   */
  constructor(inTurn: InTurn, known: (parts: SetupParts) => Promise<Setup> | null, recovered: GraphOf) {
    this.#inTurn = inTurn;
    this.#known = known;
    this.#recovered = recovered;
  }

  /** @returns null when another question took its place */
  async predictions(
    parts: SetupParts,
    ask: PredictionsAsk,
    own: OwnNetwork | null,
  ): Promise<Predictions | null> {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    try {
      const inspector = await this.#inspector(parts);
      signal.throwIfAborted();
      return await inspector.predictions(ask, signal, own);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  async responses(parts: SetupParts, ask: ResponsesAsk, own: OwnNetwork | null): Promise<Responses | null> {
    const inspector = await this.#inspector(parts);
    return inspector.responses(ask, own);
  }

  /** The setup that questions of these parts are answered from. */
  async setup(parts: SetupParts): Promise<Setup> {
    const { setup } = await this.#inspector(parts);
    return setup;
  }

  /** Lets go of the setup, when the model, the set or the backend is another. */
  forget(): void {
    this.#abort.abort();
    this.#current = null;
  }

  #inspector(parts: SetupParts): Promise<Inspector> {
    const key = JSON.stringify([parts.spec, parts.tasks, parts.exclude]);
    if (this.#current?.key !== key) {
      const inspector = this.#open(parts);
      this.#current = { key, inspector };
      inspector.catch(() => {
        if (this.#current?.key === key) this.#current = null;
      });
    }
    return this.#current.inspector;
  }

  async #open(parts: SetupParts): Promise<Inspector> {
    const setup = await (this.#known(parts) ?? this.#inTurn(() => prepare(parts)));
    const channelsFirst = parts.artifact.format.startsWith('onnx');
    return new Inspector(setup, parts.spec, channelsFirst, this.#inTurn, this.#recovered);
  }
}

async function prepare(parts: SetupParts): Promise<Setup> {
  const setup = await prepareSetup(parts, measureValues, (_, __, problem) => {
    throw problem;
  });
  if (!setup) throw new Error('A setup with problems was not refused.');
  return setup;
}
