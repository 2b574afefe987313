import { openCalibration } from '../src/calibration';
import type { CalibrationFile, CalibrationSpec } from '../src/calibration/calibration';
import type { Artifact } from '../src/formats/artifact';
import type { OwnNetwork } from '../src/inspect';
import type { Report } from '../src/pruning/report';
import type { MadeNetwork, Network } from '../src/recovery';
import type { Session } from '../src/session';
import { unwatched, type Checkpoint } from '../src/util/checkpoint';
import type { NamedBytes } from '../src/util/files';
import type { RunSetup, SourceFile } from './api';
import { CalibrationStore, nameOf } from './calibration-store';
import { readFiles } from './read-files';
import { Recoveries, type RecoveryHost, type TuningFiles } from './recoveries';
import type {
  RecoveryAsk,
  RecoveryCheck,
  RecoveryWorker,
  TuningRole,
  TuningSetSummary,
} from './recovery-api';

export interface DeskHost extends RecoveryHost {
  readonly session: (setup: RunSetup) => Promise<Session>;
  readonly artifact: () => Artifact | null;
  readonly lastRun: () => Promise<Network | null>;
  readonly checkpoint: Checkpoint;
}

/** The worker's side of recovery: the sets for fine-tuning, and what is done with them. */
export class RecoveryDesk implements RecoveryWorker {
  readonly #host: DeskHost;
  readonly #recoveries: Recoveries;
  readonly #sets: Record<TuningRole, CalibrationStore | null> = { train: null, validation: null };

  constructor(host: DeskHost) {
    this.#host = host;
    this.#recoveries = new Recoveries(host);
  }

  async openTuningSet(
    role: TuningRole,
    files: readonly SourceFile[] | null,
  ): Promise<TuningSetSummary | null> {
    if (!files) {
      this.#sets[role] = null;
      return null;
    }
    const { checkpoint } = this.#host;
    const bytes = await readFiles(files, checkpoint);
    const source = await openCalibration(bytes, { checkpoint, ...nameOf(files) });
    this.#sets[role] = new CalibrationStore(source);
    if (source.kind === 'images')
      return { file: source.set.file, count: source.set.samples.length, arrays: [] };
    const arrays = [...source.file.arrays.values()].map(({ name, shape }) => ({ name, shape }));
    return {
      file: source.file.file,
      count: Math.max(0, ...arrays.map(({ shape }) => shape[0] ?? 0)),
      arrays,
    };
  }

  async checkRecovery(ask: RecoveryAsk): Promise<RecoveryCheck> {
    const session = await this.#host.session(ask.setup);
    return this.#recoveries.check(session, ask, await this.#files(ask.setup.calibration));
  }

  async startRecovery(ask: RecoveryAsk): Promise<number> {
    const session = await this.#host.session(ask.setup);
    const files = await this.#files(ask.setup.calibration);
    const lastRun = ask.from === 'last-run' && !ask.rounds ? await this.#host.lastRun() : null;
    return this.#recoveries.start(session, ask, files, lastRun);
  }

  pauseRecovery(): void {
    this.#recoveries.pause();
  }

  resumeRecovery(): void {
    this.#recoveries.resume();
  }

  stopRecovery(): Promise<void> {
    return this.#recoveries.stop();
  }

  networks(): Promise<readonly MadeNetwork[]> {
    return Promise.resolve(this.#recoveries.networks());
  }

  async downloadNetwork(id: string): Promise<readonly NamedBytes[]> {
    return Promise.resolve(this.#recoveries.files(id));
  }

  /** The network that a run has made can be recovered, compared and exported like every other. */
  addRun(number: number, session: Session, report: Report, network: Network): void {
    this.#recoveries.addRun(number, session, report, network);
  }

  /** @throws InputError when there is no such network */
  find(id: string | null): OwnNetwork | null {
    return id === null ? null : { id, ...this.#recoveries.find(id) };
  }

  /** For another model. */
  async forget(): Promise<void> {
    await this.#recoveries.forget();
  }

  /** The sets as the network wants them, read like the calibration set, but whole. */
  async #files(spec: CalibrationSpec): Promise<TuningFiles> {
    const { subset: _, ...rest } = spec;
    const read = (store: CalibrationStore | null): Promise<CalibrationFile> | null => {
      const artifact = this.#host.artifact();
      return store && artifact ? store.read({ ...rest, limit: null }, artifact, unwatched) : null;
    };
    return { train: await read(this.#sets.train), validation: await read(this.#sets.validation) };
  }
}
