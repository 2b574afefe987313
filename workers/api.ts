import type { CalibrationSpec, NamedArray } from '../src/calibration/calibration';
import type { Look, LookAsk } from '../src/calibration/look';
import type { MemoryInUse } from '../src/engine/memory-in-use';
import type { ChannelGroup } from '../src/graph/channel-types';
import type { CostModel } from '../src/graph/cost-model';
import type { Predictions, PredictionsAsk, Responses, ResponsesAsk } from '../src/inspect';
import type { RunEvent } from '../src/pruning/events';
import type { SensitivityProfile } from '../src/pruning/profile';
import type { PagcpSettings } from '../src/pruning/recipe';
import type { RecoverSettings } from '../src/recovery/settings';
import type { Report } from '../src/pruning/report';
import type { TaskSpec } from '../src/tasks/task';
import type { NamedBytes } from '../src/util/files';
import type { RecoveryMessage, RecoveryWorker } from './recovery-api';

/** Commands the page gives its worker. Everything is serialisable; tensors and weights never leave the worker. */
export interface StudioWorker extends RecoveryWorker {
  /** The one long-lived channel for `StudioMessage`s. */
  connect(port: MessagePort): void;
  startBackend(choice: BackendChoice): Promise<BackendInfo>;
  /**
   * Reads files, and sorts them by content into a model, a calibration set, or both; keeps what it had when one
   * cannot be read. Progress follows on the channel.
   */
  open(files: readonly SourceFile[]): Promise<Opened>;
  /** Gives up the opening that is under way; all stays as it was. */
  cancelOpening(): void;
  /** Tasks guessed from output names, shapes and label arrays. */
  guessTasks(): Promise<readonly TaskSpec[]>;
  /** Samples as the network sees them, with their labels; null until a model and a set are there. */
  look(spec: CalibrationSpec, ask: LookAsk): Promise<Look | null>;
  /** Everything that would stop a run, found beforehand, and how the tasks were understood. */
  check(setup: RunSetup): Promise<SetupCheck>;
  /** A run that was not computed here is on show: later questions about the run on show are about it. */
  showRun(run: Pick<SavedRun, 'setup' | 'events'>): void;
  /** Starts a run and returns its number; events follow on the channel. */
  start(setup: RunSetup): Promise<number>;
  resume(): void;
  /** Pauses before the next evaluation. */
  pause(): void;
  /** Runs to the end of the next trial or of the current layer's step, then pauses. */
  step(unit: 'trial' | 'layer'): void;
  /** Ends the run within one evaluation; what was committed stays. */
  stop(): Promise<void>;
  /** Measures (or returns the remembered) sensitivity profile; progress follows on the channel. */
  profile(setup: RunSetup): Promise<SensitivityProfile>;
  /**
   * What the tasks make of samples with the unpruned network and with a pruned one; a run that is under way waits
   * meanwhile, between two evaluations. Null when a later question took its place.
   *
   * @param network one of the session's by its id, in place of the one without the removed channels
   */
  predictions(setup: RunSetup, ask: PredictionsAsk, network: string | null): Promise<Predictions | null>;
  /** A filter's response maps with the unpruned network and with a pruned one, chosen in the same way. */
  responses(setup: RunSetup, ask: ResponsesAsk, network: string | null): Promise<Responses | null>;
  /** Bytes for activations that are kept between evaluations, from the next run on; null takes the default. */
  setMemoryBudget(bytes: number | null): void;
  /** What a run would hold at most, estimated before it from shapes alone. */
  planMemory(setup: RunSetup): Promise<MemoryPlan>;
  /** What the worker holds now; shards in workers of their own are not counted. */
  memory(): Promise<MemoryInUse>;
  /** The pruned model of the run on show, finished or not, in its own format, or all downloads as one zip. */
  download(what: 'model' | 'zip'): Promise<readonly NamedBytes[]>;
}

/** A file that is still where it was: its bytes are read by the worker, a portion at a time. */
export interface SourceFile {
  /** A path relative to what was dropped, with forward slashes. */
  readonly name: string;
  readonly blob: Blob;
}

export type BackendChoice = 'auto' | 'webgpu' | 'wasm' | 'cpu';

export interface BackendInfo {
  readonly name: 'webgpu' | 'wasm' | 'cpu';
  /** Why this one: a sentence. */
  readonly why: string;
  readonly adapter: string | null;
  readonly selfTest: 'passed' | 'failed' | 'skipped';
  readonly maxDifference: number | null;
}

/** A recipe without the model's path. */
export interface RunSetup {
  readonly calibration: CalibrationSpec;
  readonly tasks: readonly TaskSpec[];
  readonly method: PagcpSettings;
  readonly exclude: readonly string[];
  /** A run applies what is meant for every commit; what is meant for afterwards is asked for apart. */
  readonly recover?: RecoverSettings;
}

export interface SetupCheck {
  readonly problems: readonly SetupProblem[];
  /** A sentence on how a task's output and labels were read, by task name. */
  readonly descriptions: Readonly<Record<string, string>>;
  /** Sentences on what would not stop a run, but looks wrong. */
  readonly warnings: readonly string[];
}

export interface SetupProblem {
  readonly part: 'model' | 'calibration' | 'tasks' | 'thresholds';
  /** The task it concerns, when it concerns one. */
  readonly task: string | null;
  readonly message: string;
}

export interface Opened {
  readonly model: ModelSummary | null;
  readonly calibration: CalibrationSummary | null;
  /** A recipe.json or a saved run among the files. */
  readonly recipe: RunSetup | null;
  readonly savedRun: SavedRun | null;
  /** Files that could not be used, each with its sentence. */
  readonly problems: readonly string[];
  /** Given up on the way. */
  readonly cancelled: boolean;
}

/** What a run holds at most, all workers together; the pool of WebGPU comes on top. */
export interface MemoryPlan {
  readonly workers: number;
  readonly budgetBytes: number;
  readonly weightBytes: number;
  readonly batchBytes: number;
  readonly keptBytes: number;
  /** What would be kept between evaluations if nothing limited it; the rest is computed again when needed. */
  readonly wishedBytes: number;
  readonly batchSize: number;
  /** The size of batches if nothing limited it. */
  readonly freeBatchSize: number;
}

export interface ModelSummary {
  readonly file: string;
  readonly format: string;
  readonly bytes: number;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | null)[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly (number | null)[] }[];
  readonly macs: number;
  readonly params: number;
  readonly groups: readonly ChannelGroup[];
  readonly cost: CostModel;
  readonly network: NetworkSummary;
  /** Sentences about what was frozen, assumed or repaired. */
  readonly notes: readonly string[];
}

/** The network as the page draws it: kernel layers and the operators that join them. */
export interface NetworkSummary {
  readonly blocks: readonly NetworkBlock[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export interface NetworkBlock {
  readonly id: string;
  readonly kind: 'input' | 'layer' | 'join' | 'output' | 'opaque';
  /** Layer or operator name to show. */
  readonly name: string;
  /** e.g. `conv 3×3`, `dense`, `add`, `concat`. */
  readonly detail: string;
  readonly channels: number;
  /** Groups of the block's output channels with how many of its channels each holds; the rest is fixed. */
  readonly groups: readonly { readonly group: string; readonly channels: number }[];
  /** Shape of one sample, channels last. */
  readonly shape: readonly number[];
  readonly macs: number;
}

export interface CalibrationSummary {
  readonly file: string;
  readonly count: number;
  readonly arrays: readonly ArraySummary[];
  readonly spec: CalibrationSpec;
  /** What the numbers of an array stand for, by its name. */
  readonly classNames?: Readonly<Record<string, readonly string[]>>;
  /** There where the set is of pictures, which are fitted to the network. */
  readonly pictures?: {
    /** What was left out or assumed, in sentences. */
    readonly notes: readonly string[];
  };
}

export interface ArraySummary {
  readonly name: string;
  readonly dtype: NamedArray['dtype'];
  readonly shape: readonly number[];
  readonly min: number;
  readonly max: number;
}

/** A run saved to one file: its setup and its event log. */
export interface SavedRun {
  readonly kind: 'pagcp-studio-run';
  readonly version: 1;
  readonly model: string;
  readonly setup: RunSetup;
  readonly events: readonly RunEvent[];
  readonly profile: SensitivityProfile | null;
}

export type StudioMessage =
  | RecoveryMessage
  | { readonly kind: 'events'; readonly run: number; readonly events: readonly RunEvent[] }
  | {
      readonly kind: 'run-state';
      readonly run: number;
      readonly state: WorkerRunState;
      readonly problem: string | null;
    }
  | { readonly kind: 'opening'; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: 'progress'; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: 'backend'; readonly backend: BackendInfo };

export type WorkerRunState = 'running' | 'paused' | 'stopped' | 'done' | 'failed';

export type * from './recovery-api';
export type { MemoryInUse, Report };
