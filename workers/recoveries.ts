import { prunedName } from '../src/export';
import type { CalibrationFile } from '../src/calibration/calibration';
import type { Report } from '../src/pruning/report';
import {
  checkRecovery,
  openRecovery,
  pruneAndRecover,
  recover,
  type MadeNetwork,
  type Network,
  type RecoveryEvent,
  type RecoveryParts,
  type RecoverSettings,
} from '../src/recovery';
import type { OracleFactory, Session } from '../src/session';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';
import { modelLayout } from './calibration-store';
import type { RecoveryAsk, RecoveryCheck, RecoveryMessage, TuningRole } from './recovery-api';
import { RunController } from './run-controller';

export interface RecoveryHost {
  readonly makeOracle: OracleFactory;
  readonly send: (message: RecoveryMessage) => void;
  /** Lets other work on the backend have its turns between two steps. */
  readonly inTurns: <Event, Result>(run: AsyncGenerator<Event, Result>) => AsyncGenerator<Event, Result>;
}

interface StoredNetwork {
  readonly made: MadeNetwork;
  readonly network: Network;
  readonly session: Session;
}

export type TuningFiles = Readonly<Record<TuningRole, CalibrationFile | null>>;

/** The recoveries of a model, one at a time, and the networks that they and the runs have made. */
export class Recoveries {
  readonly #host: RecoveryHost;
  readonly #networks = new Map<string, StoredNetwork>();
  #active: RunController<RecoveryEvent> | null = null;
  #count = 0;

  constructor(host: RecoveryHost) {
    this.#host = host;
  }

  check(
    session: Session,
    { setup, recover: settings }: RecoveryAsk,
    files: TuningFiles,
  ): Promise<RecoveryCheck> {
    return checkRecovery(partsOf(session, setup.calibration, files), settings);
  }

  /** @param lastRun the network of the last run; null when there is none */
  async start(
    session: Session,
    ask: RecoveryAsk,
    files: TuningFiles,
    lastRun: Network | null,
  ): Promise<number> {
    await this.stop();
    const number = (this.#count += 1);
    const start = ask.rounds && ask.from === 'last-run' ? null : this.#startOf(ask, lastRun);
    const events = this.#host.inTurns(this.#run(session, ask, files, start, number));
    this.#active = new RunController<RecoveryEvent>(events, {
      event: (event) => this.#host.send({ kind: 'recovery-events', recovery: number, events: [event] }),
      state: (state, error) => {
        const problem =
          error === null ? null : error instanceof Error ? error.message : 'The recovery failed.';
        this.#host.send({ kind: 'recovery-state', recovery: number, state, problem });
      },
    });
    this.#active.resume();
    return number;
  }

  pause(): void {
    this.#active?.pause();
  }

  resume(): void {
    this.#active?.resume();
  }

  async stop(): Promise<void> {
    const active = this.#active;
    this.#active = null;
    await active?.stop();
  }

  networks(): readonly MadeNetwork[] {
    return [...this.#networks.values()].map(({ made }) => made);
  }

  addRun(number: number, session: Session, { original, final }: Report, pruned: Network): void {
    const whole: Network = { graph: session.setup.graph, keep: new Map() };
    const add = (made: MadeNetwork, network: Network) =>
      this.#networks.set(made.id, { made, network, session });
    const unpruned = { id: 'original', label: 'unpruned', stage: 'original', figures: original } as const;
    if (!this.#networks.has(unpruned.id)) add({ ...unpruned, validation: null }, whole);
    const label = `run ${number}`;
    add({ id: `run-${number}`, label, stage: 'pruned', figures: final, validation: null }, pruned);
  }

  /** @throws InputError when there is no such network */
  files(id: string): readonly NamedBytes[] {
    const { network, session, made } = this.#find(id);
    const files = session.write(network.keep, network.graph);
    const { file } = session.artifact;
    const extension = /\.[^./]*$/.exec(file)?.[0] ?? '';
    const label = made.label.replace(/[^a-z0-9]+/gi, '-').toLowerCase();
    // A model of several files keeps their names: they refer to each other.
    return files.length > 1
      ? files
      : files.map(({ bytes }) => ({ name: `${prunedName(file)}-${label}${extension}`, bytes }));
  }

  /** @throws InputError when there is no such network */
  find(id: string): Network {
    return this.#find(id).network;
  }

  /** Of another model, nothing holds. */
  async forget(): Promise<void> {
    await this.stop();
    this.#networks.clear();
  }

  async *#run(
    session: Session,
    ask: RecoveryAsk,
    files: TuningFiles,
    start: Network | null,
    number: number,
  ): AsyncGenerator<RecoveryEvent, unknown> {
    const { setup } = session;
    const settings: RecoverSettings = ask.recover;
    const recovery = await openRecovery(partsOf(session, ask.setup.calibration, files), settings);
    const original: MadeNetwork = {
      ...{ id: 'original', label: 'unpruned', stage: 'original', figures: recovery.original },
      validation: recovery.tuning?.original ?? null,
    };
    this.#networks.set(original.id, {
      made: original,
      network: { graph: setup.graph, keep: new Map() },
      session,
    });
    yield { kind: 'network-made', network: original };
    const options = {
      name: `recovery ${number}`,
      onNetwork: (made: MadeNetwork, network: Network) => {
        this.#networks.set(made.id, { made, network, session });
        this.#dropOldCheckpoints();
      },
    };
    if (!ask.rounds && start) return yield* recover(recovery, start, settings, options);
    const rounds = {
      ...recovery,
      exclude: ask.setup.exclude,
      makeOracle: async (...[graph, channels]: Parameters<PruneOracle>) =>
        this.#host.makeOracle({ ...setup, graph, channels }),
    };
    const begin = start ? { start } : {};
    return yield* pruneAndRecover(rounds, ask.setup.method, settings, ask.rounds ?? undefined, {
      ...options,
      ...begin,
    });
  }

  /** Every network holds all weights. */
  #dropOldCheckpoints(): void {
    const checkpoints = [...this.#networks.values()].filter(({ made }) => made.stage === 'checkpoint');
    for (const { made } of checkpoints.slice(0, -MOST_CHECKPOINTS)) this.#networks.delete(made.id);
  }

  #startOf({ from }: RecoveryAsk, lastRun: Network | null): Network {
    if (from !== 'last-run') return this.#find(from.network).network;
    if (lastRun) return lastRun;
    throw new InputError({
      file: 'Recovery',
      problem: 'there is no run yet.',
      advice: 'Press Run first, or choose rounds, which prune as well.',
    });
  }

  #find(id: string): StoredNetwork {
    const found = this.#networks.get(id);
    if (found) return found;
    throw new InputError({
      file: 'Networks',
      problem: `the network "${id}" is not there any more.`,
      advice: 'Choose another one.',
    });
  }
}

const MOST_CHECKPOINTS = 8;

type PruneOracle = Parameters<typeof pruneAndRecover>[0]['makeOracle'];

function partsOf(
  { setup, artifact }: Session,
  spec: RecoveryAsk['setup']['calibration'],
  { train, validation }: TuningFiles,
): RecoveryParts {
  return {
    ...{ setup, spec, train, validation },
    calibrationFile: spec.file,
    modelLayout: modelLayout(artifact),
  };
}
