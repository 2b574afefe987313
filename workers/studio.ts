import { openCalibration } from '../src/calibration';
import type { CalibrationFile, CalibrationSpec } from '../src/calibration/calibration';
import { lookAtSamples, type Look, type LookAsk } from '../src/calibration/look';
import { startBackend } from '../src/engine/backends';
import { createOracle } from '../src/engine/graph-oracle';
import { memoryInUse, type MemoryInUse } from '../src/engine/memory-in-use';
import type { Oracle } from '../src/engine/oracle';
import { shardCount } from '../src/engine/shards/shard-count';
import { createSplitOracle } from '../src/engine/shards/split-oracle';
import type { DeviceProblem } from '../src/engine/webgpu';
import { readModel } from '../src/formats';
import type { Artifact } from '../src/formats/artifact';
import { analyseChannels } from '../src/graph/channels';
import { idleGlobs } from '../src/graph/exclude';
import type { Predictions, PredictionsAsk, Responses, ResponsesAsk } from '../src/inspect';
import { measureProfile } from '../src/pruning/measure-profile';
import { pagcp } from '../src/pruning/pagcp';
import type { SensitivityProfile } from '../src/pruning/profile';
import type { Session, Setup, SetupParts } from '../src/session';
import { runnableOutputs } from '../src/session/outputs';
import { guessTasks } from '../src/tasks/guess';
import type { TaskSpec } from '../src/tasks/task';
import type { Checkpoint } from '../src/util/checkpoint';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';
import { Turns } from '../src/util/turns';
import type {
  BackendChoice,
  BackendInfo,
  MemoryPlan,
  Opened,
  RunSetup,
  SetupCheck,
  SourceFile,
  StudioMessage,
  StudioWorker,
} from './api';
import { Inspection } from './inspection';
import { CalibrationStore, modelLayout, nameOf, understand, type UnderstoodSet } from './calibration-store';
import { memoryPlan } from './memory-plan';
import { nothingOpened, Opening } from './opening';
import { readFiles } from './read-files';
import type { RecoveryAsk, TuningRole } from './recovery-api';
import { RecoveryDesk } from './recovery-desk';
import { RunController, type ActiveRun } from './run-controller';
import { recoveryOf } from './run-recovery';
import { RunResult } from './run-result';
import { SessionStore } from './session-store';
import { openShardWorker } from './shard-link';
import { sortFiles } from './sort-files';
import { summariseCalibration, summariseModel } from './summaries';
import { wasmPaths } from './wasm-paths';

/** The worker's side of the API: owns the model, the calibration set, the tensors and the run. */
export class Studio implements StudioWorker {
  #port: MessagePort | null = null;
  #backend: BackendInfo | null = null;
  #artifact: Artifact | null = null;
  #calibration: CalibrationStore | null = null;
  #understood: UnderstoodSet | null = null;
  #run: ActiveRun | null = null;
  #result: RunResult | null = null;
  #runs = 0;
  #opening: Opening | null = null;
  #memoryBudget: number | null = null;
  /** The budget that the sessions were made with. */
  #budgetInUse: number | null = null;
  readonly #turns = new Turns();
  readonly #sessions = new SessionStore((setup) => this.#makeOracle(setup));
  readonly #inspection = new Inspection(
    (work) => this.#turns.take(work),
    (parts) => this.#sessions.find(parts)?.then(({ setup }) => setup) ?? null,
    (keep) => this.#result?.graphOf(keep) ?? null,
  );

  readonly #recovery = new RecoveryDesk({
    session: async (setup) => this.#session(await this.#parts(setup)),
    artifact: () => this.#artifact,
    lastRun: () => this.#result?.network() ?? null,
    makeOracle: (setup) => this.#makeOracle(setup),
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
    this.#sessions.clear();
    this.#inspection.forget();
    const backend = await startBackend(choice, {
      wasmPaths,
      onDeviceProblem: (problem) => void this.#afterDeviceProblem(problem),
    });
    const workers = backend.name === 'webgpu' ? 1 : shardCount(coresForWork(), Infinity);
    const split = `Large calibration sets are split over up to ${workers} workers, one a core.`;
    this.#backend = workers > 1 ? { ...backend, why: `${backend.why} ${split}` } : backend;
    return this.#backend;
  }

  /** WebGPU has one device, so its set stays whole. */
  async #makeOracle(setup: Setup): Promise<Oracle> {
    const backend = this.#backend;
    const budget = this.#memoryBudget;
    const parts = { ...setup, ...(budget === null ? {} : { memoryBudgetBytes: budget }) };
    if (!backend || backend.name === 'webgpu') return createOracle(parts);
    return createSplitOracle(parts, {
      shards: this.#workersFor(setup),
      backend: { name: backend.name, wasmPaths },
      open: openShardWorker,
      onFallBack: ({ message }) => {
        const why = `${backend.why} But they could not start (${message}), so one worker does all.`;
        this.#backend = { ...backend, why };
        this.#send({ kind: 'backend', backend: this.#backend });
      },
    });
  }

  #workersFor({ set }: Setup): number {
    return this.#backend?.name === 'webgpu' ? 1 : shardCount(coresForWork(), set.count);
  }

  /** A lost device takes its tensors with it: the run ends, and the next one computes on WASM. */
  async #afterDeviceProblem({ kind, message }: DeviceProblem): Promise<void> {
    if (kind !== 'lost') return;
    const backend = await this.startBackend('wasm');
    this.#backend = {
      ...backend,
      why: `The graphics device was lost (${message}). WASM took over; press Run again.`,
    };
    this.#send({ kind: 'backend', backend: this.#backend });
  }

  async open(files: readonly SourceFile[]): Promise<Opened> {
    this.cancelOpening();
    const opening = new Opening((what, done, total) => this.#send({ kind: 'opening', what, done, total }));
    this.#opening = opening;
    try {
      return await this.#open(files, opening.checkpoint);
    } catch (error) {
      if (opening.cancelled) return { ...nothingOpened, cancelled: true };
      if (error instanceof InputError) return { ...nothingOpened, problems: [error.message] };
      throw error;
    }
  }

  cancelOpening(): void {
    this.#opening?.cancel();
  }

  /** Nothing is replaced before all is read. */
  async #open(files: readonly SourceFile[], checkpoint: Checkpoint): Promise<Opened> {
    const problems: string[] = [];
    const attempt = async <T>(wanted: boolean, read: () => T | Promise<T>): Promise<T | null> => {
      if (!wanted) return null;
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(error.message);
        return null;
      }
    };
    const sorted = await sortFiles(await readFiles(files, checkpoint), checkpoint);
    await checkpoint('Understanding the files', 0, 1);
    const model = await attempt(sorted.model.length > 0, () => readModel(sorted.model));
    await checkpoint('Understanding the files', 1, 1);
    const opened = await attempt(sorted.calibration.length > 0, () =>
      openCalibration(sorted.calibration, { checkpoint, ...nameOf(files) }),
    );
    await checkpoint('Understanding the files', 1, 1);
    const artifact = model ?? this.#artifact;
    // A set that was there before the model is guessed anew: the model's input says which axes are which.
    const shown = opened ? new CalibrationStore(opened) : model && this.#calibration;
    const wanted = sorted.recipe?.calibration ?? null;
    const understood = await attempt(shown !== null, () =>
      shown ? understand(shown, artifact, wanted, checkpoint) : null,
    );
    if (model ?? understood) await this.#forgetRun();
    if (model) this.#artifact = model;
    if (opened && understood) this.#calibration = shown;
    if (understood) this.#understood = understood;
    if (artifact && sorted.recipe) problems.push(...idleGlobs(artifact.graph, sorted.recipe.exclude));
    const bytes = sorted.model.reduce((sum, file) => sum + file.bytes.length, 0);
    return {
      model: model && summariseModel(model, analyseChannels(model.graph), bytes),
      calibration: shown && understood && summariseCalibration(shown.source, understood),
      recipe: sorted.recipe,
      savedRun: sorted.savedRun,
      problems,
      cancelled: false,
    };
  }

  async #forgetRun(): Promise<void> {
    await this.stop();
    await this.#recovery.forget();
    this.#result = null;
    this.#sessions.clear();
    this.#inspection.forget();
  }

  guessTasks(): Promise<readonly TaskSpec[]> {
    if (!this.#artifact || !this.#understood?.file) return Promise.resolve([]);
    const { file, spec } = this.#understood;
    const labels = [...file.arrays.values()].filter(({ name }) => name !== spec.input);
    return Promise.resolve(guessTasks(runnableOutputs(this.#artifact.graph), labels));
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
    return number;
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
    this.#memoryBudget = bytes;
  }

  async planMemory(setup: RunSetup): Promise<MemoryPlan> {
    const made = await this.#inspection.setup(await this.#parts(setup));
    return memoryPlan(made, this.#memoryBudget, this.#workersFor(made));
  }

  memory(): Promise<MemoryInUse> {
    return Promise.resolve(memoryInUse());
  }

  async predictions(
    setup: RunSetup,
    ask: PredictionsAsk,
    network: string | null,
  ): Promise<Predictions | null> {
    return this.#inspection.predictions(await this.#parts(setup), ask, this.#recovery.find(network));
  }

  async responses(setup: RunSetup, ask: ResponsesAsk, network: string | null): Promise<Responses | null> {
    return this.#inspection.responses(await this.#parts(setup), ask, this.#recovery.find(network));
  }

  download(what: 'model' | 'zip'): Promise<readonly NamedBytes[]> {
    if (!this.#result) {
      const advice = 'Press Run; when it is done or stopped the pruned model can be downloaded.';
      throw new InputError({ file: 'Download', problem: 'there is no run yet.', advice });
    }
    return Promise.resolve(what === 'model' ? this.#result.modelFiles() : this.#result.zip());
  }

  async look(spec: CalibrationSpec, ask: LookAsk): Promise<Look | null> {
    if (!this.#artifact || !this.#calibration) return null;
    const file = await this.#read(this.#calibration, spec, this.#artifact);
    return lookAtSamples(
      file,
      spec,
      { input: this.#artifact.graph.inputs[0], layout: modelLayout(this.#artifact) },
      ask,
    );
  }

  /** Says how far it is with pictures that have to be decoded anew. */
  async #read(store: CalibrationStore, spec: CalibrationSpec, artifact: Artifact): Promise<CalibrationFile> {
    const told = new Set<string>();
    const tell = (what: string, done: number, total: number) => {
      told.add(what);
      this.#send({ kind: 'progress', what, done, total });
    };
    try {
      return await store.read(spec, artifact, new Opening(tell).checkpoint);
    } finally {
      for (const what of told) tell(what, 1, 1);
    }
  }

  /** Sessions of another budget are of no more use. */
  #session(parts: SetupParts): Promise<Session> {
    if (this.#budgetInUse !== this.#memoryBudget) this.#sessions.clear();
    this.#budgetInUse = this.#memoryBudget;
    return this.#sessions.open(parts);
  }

  async #parts(setup: RunSetup) {
    if (!this.#artifact || !this.#calibration || !this.#backend) {
      const missing = !this.#artifact ? 'model' : !this.#calibration ? 'calibration set' : 'backend';
      throw new InputError({
        file: 'Setup',
        problem: `there is no ${missing} yet.`,
        advice: 'Open one first.',
      });
    }
    const { calibration: spec, tasks, method, exclude } = setup;
    const artifact = this.#artifact;
    const calibration = await this.#read(this.#calibration, spec, artifact);
    return { artifact, calibration, spec, tasks, method, exclude };
  }

  #send(message: StudioMessage): void {
    this.#port?.postMessage(message);
  }
}

/** One core is kept for the page, so that it stays smooth. */
const coresForWork = () => Math.max(1, navigator.hardwareConcurrency - 1);

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
