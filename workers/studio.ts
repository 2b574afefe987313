import { guessCalibration, readCalibration } from '../src/calibration';
import type { CalibrationFile, CalibrationSpec } from '../src/calibration/calibration';
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
import { memoryPlan } from './memory-plan';
import { Opening } from './opening';
import { readFiles } from './read-files';
import { RunController } from './run-controller';
import { RunResult } from './run-result';
import { SessionStore } from './session-store';
import { openShardWorker } from './shard-link';
import { sortFiles, type SortedFiles } from './sort-files';
import { summariseCalibration, summariseModel } from './summaries';
import { wasmPaths } from './wasm-paths';

interface ActiveRun {
  readonly number: number;
  readonly controller: RunController;
  readonly abort: AbortController;
}

/** The worker's side of the API: owns the model, the calibration set, the tensors and the run. */
export class Studio implements StudioWorker {
  #port: MessagePort | null = null;
  #backend: BackendInfo | null = null;
  #artifact: Artifact | null = null;
  #calibration: CalibrationFile | null = null;
  #spec: CalibrationSpec | null = null;
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
  );

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
    const attempt = <T>(some: readonly NamedBytes[], read: () => T): T | null => {
      if (some.length === 0) return null;
      try {
        return read();
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(error.message);
        return null;
      }
    };
    const sorted = await sortFiles(await readFiles(files, checkpoint), checkpoint);
    await checkpoint('Understanding the files', 0, 1);
    const model = attempt(sorted.model, () => readModel(sorted.model));
    await checkpoint('Understanding the files', 1, 1);
    const calibration = attempt(sorted.calibration, () => readCalibration(sorted.calibration));
    await checkpoint('Understanding the files', 1, 1);
    if (model ?? calibration) await this.#forgetRun();
    if (model) this.#artifact = model;
    if (calibration) this.#calibration = calibration;
    return { ...this.#summarise(model, calibration, sorted), problems, cancelled: false };
  }

  #summarise(
    model: Artifact | null,
    calibration: CalibrationFile | null,
    sorted: SortedFiles,
  ): Omit<Opened, 'problems' | 'cancelled'> {
    const graph = this.#artifact?.graph;
    // A set that was there before the model is guessed anew: the model's input says which axes are which.
    const shown = calibration ?? (model && this.#calibration);
    this.#spec =
      shown && graph ? guessCalibration(shown, graph) : shown ? unknownModelSpec(shown) : this.#spec;
    const bytes = sorted.model.reduce((sum, file) => sum + file.bytes.length, 0);
    return {
      model: model && summariseModel(model, analyseChannels(model.graph), bytes),
      calibration: shown && this.#spec && summariseCalibration(shown, this.#spec),
      recipe: sorted.recipe,
      savedRun: sorted.savedRun,
    };
  }

  async #forgetRun(): Promise<void> {
    await this.stop();
    this.#result = null;
    this.#sessions.clear();
    this.#inspection.forget();
  }

  guessTasks(): Promise<readonly TaskSpec[]> {
    if (!this.#artifact || !this.#calibration) return Promise.resolve([]);
    const labels = [...this.#calibration.arrays.values()].filter(({ name }) => name !== this.#spec?.input);
    return Promise.resolve(guessTasks(runnableOutputs(this.#artifact.graph), labels));
  }

  async check(setup: RunSetup): Promise<SetupCheck> {
    return this.#sessions.check(this.#parts(setup));
  }

  async start(setup: RunSetup): Promise<number> {
    await this.stop();
    const parts = this.#parts(setup);
    const session = await this.#session(parts);
    const number = (this.#runs += 1);
    const result = new RunResult(session, setup);
    const abort = new AbortController();
    const events = this.#turns.steps(pagcp(session, setup.method, { signal: abort.signal }));
    const controller = new RunController(events, {
      event: (event) => {
        result.take(event);
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
    const session = await this.#session(this.#parts(setup));
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
    const made = await this.#inspection.setup(this.#parts(setup));
    return memoryPlan(made, this.#memoryBudget, this.#workersFor(made));
  }

  memory(): Promise<MemoryInUse> {
    return Promise.resolve(memoryInUse());
  }

  predictions(setup: RunSetup, ask: PredictionsAsk): Promise<Predictions | null> {
    return this.#inspection.predictions(this.#parts(setup), ask);
  }

  responses(setup: RunSetup, ask: ResponsesAsk): Promise<Responses | null> {
    return this.#inspection.responses(this.#parts(setup), ask);
  }

  download(what: 'model' | 'zip'): Promise<readonly NamedBytes[]> {
    if (!this.#result) {
      const advice = 'Press Run; when it is done or stopped the pruned model can be downloaded.';
      throw new InputError({ file: 'Download', problem: 'there is no run yet.', advice });
    }
    return Promise.resolve(what === 'model' ? this.#result.modelFiles() : this.#result.zip());
  }

  /** Sessions of another budget are of no more use. */
  #session(parts: SetupParts): Promise<Session> {
    if (this.#budgetInUse !== this.#memoryBudget) this.#sessions.clear();
    this.#budgetInUse = this.#memoryBudget;
    return this.#sessions.open(parts);
  }

  #parts(setup: RunSetup) {
    if (!this.#artifact || !this.#calibration || !this.#backend) {
      const missing = !this.#artifact ? 'model' : !this.#calibration ? 'calibration set' : 'backend';
      throw new InputError({
        file: 'Setup',
        problem: `there is no ${missing} yet.`,
        advice: 'Open one first.',
      });
    }
    const { calibration: spec, tasks, method, exclude } = setup;
    return { artifact: this.#artifact, calibration: this.#calibration, spec, tasks, method, exclude };
  }

  #send(message: StudioMessage): void {
    this.#port?.postMessage(message);
  }
}

const nothingOpened: Opened = {
  model: null,
  calibration: null,
  recipe: null,
  savedRun: null,
  problems: [],
  cancelled: false,
};

/** Until a model says what it wants, the first array is taken for the input. */
function unknownModelSpec({ file, arrays }: CalibrationFile): CalibrationSpec {
  const [input = ''] = arrays.keys();
  return { file, input, layout: 'NHWC', scale: 1, mean: [0], std: [1], limit: null };
}

/** One core is kept for the page, so that it stays smooth. */
const coresForWork = () => Math.max(1, navigator.hardwareConcurrency - 1);

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
