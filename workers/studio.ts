import type { CalibrationSpec } from '../src/calibration/calibration';
import type { Look, LookAsk } from '../src/calibration/look';
import { memoryInUse, type MemoryInUse } from '../src/engine/memory-in-use';
import type { DeviceProblem } from '../src/engine/webgpu';
import type { Predictions, PredictionsAsk, Responses, ResponsesAsk } from '../src/inspect';
import { measureProfile } from '../src/pruning/measure-profile';
import { pagcp } from '../src/pruning/pagcp';
import type { SensitivityProfile } from '../src/pruning/profile';
import type { Session, SetupParts } from '../src/session';
import type { TaskSpec } from '../src/tasks/task';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';
import { Turns } from '../src/util/turns';
import type {
  BackendChoice,
  BackendInfo,
  MemoryPlan,
  Opened,
  RunSetup,
  SavedRun,
  SetupCheck,
  SourceFile,
  StudioMessage,
  StudioWorker,
} from './api';
import { Inspection } from './inspection';
import { memoryPlan } from './memory-plan';
import { missing, OpenedFiles } from './opened-files';
import { OracleMaker } from './oracle-maker';
import type { RecoveryAsk, TuningRole } from './recovery-api';
import { RecoveryDesk } from './recovery-desk';
import { GivenUp, RecordedRun } from './recorded-run';
import { RunController, type ActiveRun } from './run-controller';
import { recoveryOf } from './run-recovery';
import { RunResult } from './run-result';
import { SessionStore } from './session-store';

/** The worker's side of the API: owns the model, the calibration set, the tensors and the run. */
export class Studio implements StudioWorker {
  #port: MessagePort | null = null;
  #run: ActiveRun | null = null;
  #result: RunResult | null = null;
  #recorded: RecordedRun | null = null;
  #runs = 0;
  #leavesDevice = false;
  /** The budget that the sessions were made with. */
  #budgetInUse: number | null = null;
  readonly #turns = new Turns();
  readonly #oracles = new OracleMaker((backend) => this.#send({ kind: 'backend', backend }));
  readonly #files = new OpenedFiles({
    send: (message) => this.#send(message),
    beforeChange: () => this.#forgetRun(),
  });
  readonly #sessions = new SessionStore((setup) => this.#oracles.make(setup));
  readonly #inspection = new Inspection(
    (work) => this.#turns.take(work),
    (parts) => this.#sessions.find(parts)?.then(({ setup }) => setup) ?? null,
    (keep) => this.#result?.graphOf(keep) ?? null,
  );

  readonly #recovery = new RecoveryDesk({
    session: async (setup) => this.#session(await this.#parts(setup)),
    artifact: () => this.#files.artifact,
    lastRun: async () => (await this.#resultOnShow())?.network() ?? null,
    makeOracle: (setup) => this.#oracles.make(setup),
    send: (message) => this.#send(message),
    inTurns: (run) => this.#turns.steps(run),
    checkpoint: (what, done, total) => {
      this.#send({ kind: 'progress', what, done, total });
      return Promise.resolve();
    },
  });

  readonly openTuningSet = (role: TuningRole, files: readonly SourceFile[] | null) =>
    this.#recovery.openTuningSet(role, files);
  readonly checkRecovery = (ask: RecoveryAsk) => this.#recovery.checkRecovery(ask);
  readonly startRecovery = (ask: RecoveryAsk) => this.#recovery.startRecovery(ask);
  readonly pauseRecovery = () => this.#recovery.pauseRecovery();
  readonly resumeRecovery = () => this.#recovery.resumeRecovery();
  readonly stopRecovery = () => this.#recovery.stopRecovery();
  readonly networks = () => this.#recovery.networks();
  readonly downloadNetwork = (id: string) => this.#recovery.downloadNetwork(id);

  connect(port: MessagePort): void {
    this.#port = port;
  }

  async startBackend(choice: BackendChoice): Promise<BackendInfo> {
    await this.stop();
    await this.stopRecovery();
    this.#sessions.clear();
    this.#inspection.forget();
    return this.#oracles.start(choice, (problem) => void this.#afterDeviceProblem(problem));
  }

  /**
   * A lost device takes its tensors with it, and one that reports an error has left something out, so that its numbers
   * are not to be trusted: the run ends, and the next one computes on WASM. Errors come in crowds.
   */
  async #afterDeviceProblem({ kind, message }: DeviceProblem): Promise<void> {
    if (this.#oracles.backend?.name !== 'webgpu' || this.#leavesDevice) return;
    this.#leavesDevice = true;
    try {
      await this.startBackend('wasm');
      const [what = ''] = message.split('\n');
      const happened = kind === 'lost' ? 'was lost' : 'reported an error';
      this.#oracles.explain(`The graphics device ${happened} (${what}). WASM took over; press Run again.`);
    } finally {
      this.#leavesDevice = false;
    }
  }

  open(files: readonly SourceFile[]): Promise<Opened> {
    return this.#files.open(files);
  }

  cancelOpening(): void {
    this.#files.cancelOpening();
  }

  async #forgetRun(): Promise<void> {
    await this.stop();
    await this.#recovery.forget();
    this.#recorded?.giveUp();
    this.#result = this.#recorded = null;
    this.#sessions.clear();
    this.#inspection.forget();
  }

  guessTasks(): Promise<readonly TaskSpec[]> {
    return Promise.resolve(this.#files.guessTasks());
  }

  async check(setup: RunSetup): Promise<SetupCheck> {
    try {
      return await this.#sessions.check(await this.#parts(setup));
    } catch (error) {
      // Pictures that cannot be decoded, or not for this model.
      if (!(error instanceof InputError)) throw error;
      const problem = { part: 'calibration', task: null, message: error.message } as const;
      return { problems: [problem], descriptions: {}, warnings: [] };
    }
  }

  async start(setup: RunSetup): Promise<number> {
    // It does not wait until a recorded run's recovery is repeated.
    this.#recorded?.giveUp();
    await this.stop();
    const parts = await this.#parts(setup);
    const session = await this.#session(parts);
    const number = (this.#runs += 1);
    const result = new RunResult(session, setup);
    const abort = new AbortController();
    const recovery = recoveryOf(session, setup, abort.signal);
    const events = this.#turns.steps(
      pagcp(session, setup.method, {
        signal: abort.signal,
        recovery: recovery && result.watch(recovery),
      }),
    );
    const controller = new RunController(events, {
      event: (event) => {
        result.take(event);
        if (event.kind === 'run-finished')
          this.#recovery.addRun(number, session, event.report, result.network());
        this.#send({ kind: 'events', run: number, events: [event] });
      },
      state: (state, error) => {
        const problem = error === null ? null : sentence(error);
        // A worker may have died: the next run starts on fresh ones.
        if (state === 'failed') this.#sessions.clear();
        this.#send({ kind: 'run-state', run: number, state, problem });
      },
    });
    this.#run = { number, controller, abort };
    this.#result = result;
    this.#recorded = null;
    return number;
  }

  showRun({ setup, events }: Pick<SavedRun, 'setup' | 'events'>): void {
    this.#recorded?.giveUp();
    this.#result = null;
    this.#recorded = new RecordedRun(setup, events, {
      session: async (of) => this.#session(await this.#parts(of)),
      inTurn: (work) => this.#turns.take(work),
      progress: (done, total) =>
        this.#send({ kind: 'progress', what: 'Recovering the recorded networks again', done, total }),
    });
  }

  /** Null when there is no run. */
  async #resultOnShow(): Promise<RunResult | null> {
    this.#result ??= (await this.#recorded?.result()) ?? null;
    return this.#result;
  }

  resume(): void {
    this.#run?.controller.resume();
  }

  pause(): void {
    this.#run?.controller.pause();
  }

  step(unit: 'trial' | 'layer'): void {
    this.#run?.controller.step(unit);
  }

  async stop(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    await run?.controller.stop();
  }

  async profile(setup: RunSetup): Promise<SensitivityProfile> {
    const session = await this.#session(await this.#parts(setup));
    const { ratios, saliency } = setup.method;
    const measuring = this.#turns.steps(measureProfile(session, { ratios, saliency }));
    for (;;) {
      const { value, done } = await measuring.next();
      if (done) return value;
      this.#send({
        kind: 'progress',
        what: `Measuring the sensitivity of ${value.group}`,
        done: value.done,
        total: value.total + 1,
      });
    }
  }

  setMemoryBudget(bytes: number | null): void {
    this.#oracles.budgetBytes = bytes;
  }

  async planMemory(setup: RunSetup): Promise<MemoryPlan> {
    const made = await this.#inspection.setup(await this.#parts(setup));
    return memoryPlan(made, this.#oracles.budgetBytes, this.#oracles.workersFor(made));
  }

  memory(): Promise<MemoryInUse> {
    return Promise.resolve(memoryInUse());
  }

  async predictions(
    setup: RunSetup,
    ask: PredictionsAsk,
    network: string | null,
  ): Promise<Predictions | null> {
    if (!(await this.#hasNetworks(setup, ask, network))) return null;
    return this.#inspection.predictions(await this.#parts(setup), ask, this.#recovery.find(network));
  }

  async responses(setup: RunSetup, ask: ResponsesAsk, network: string | null): Promise<Responses | null> {
    if (!(await this.#hasNetworks(setup, ask, network))) return null;
    return this.#inspection.responses(await this.#parts(setup), ask, this.#recovery.find(network));
  }

  /**
   * A recorded run tells what was removed, not the numbers that its networks were recovered with.
   * @returns false where it was given up before they were there
   */
  async #hasNetworks(
    { recover }: RunSetup,
    { removed }: Pick<PredictionsAsk, 'removed'>,
    network: string | null,
  ): Promise<boolean> {
    if (network !== null || !recover || Object.keys(removed).length === 0) return true;
    try {
      await this.#resultOnShow();
      return true;
    } catch (error) {
      if (error instanceof GivenUp) return false;
      throw error;
    }
  }

  async download(what: 'model' | 'zip'): Promise<readonly NamedBytes[]> {
    const result = await this.#resultOnShow();
    if (!result) {
      const advice = 'Press Run; when it is done or stopped the pruned model can be downloaded.';
      throw new InputError({ file: 'Download', problem: 'there is no run yet.', advice });
    }
    return what === 'model' ? result.modelFiles() : result.zip();
  }

  look(spec: CalibrationSpec, ask: LookAsk): Promise<Look | null> {
    return this.#files.look(spec, ask);
  }

  /** Sessions of another budget are of no more use. */
  #session(parts: SetupParts): Promise<Session> {
    const { budgetBytes } = this.#oracles;
    if (this.#budgetInUse !== budgetBytes) this.#sessions.clear();
    this.#budgetInUse = budgetBytes;
    return this.#sessions.open(parts);
  }

  async #parts({ calibration: spec, tasks, method, exclude }: RunSetup): Promise<SetupParts> {
    const brought = await this.#files.read(spec);
    if (!this.#oracles.backend) throw missing('backend');
    return { ...brought, spec, tasks, method, exclude };
  }

  #send(message: StudioMessage): void {
    this.#port?.postMessage(message);
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
