import type { MadeNetwork, RecoveryEvent } from '../src/recovery/events';
import type { RecoverSettings, RoundsSettings } from '../src/recovery/settings';
import type { NamedBytes } from '../src/util/files';
import type { RunSetup, SourceFile, WorkerRunState } from './api';

/** What the page can ask of its worker about winning back what pruning cost. */
export interface RecoveryWorker {
  /** Keeps a training or validation set for fine-tuning; null takes it away. */
  openTuningSet(role: TuningRole, files: readonly SourceFile[] | null): Promise<TuningSetSummary | null>;
  /** Everything that would stop a recovery, and what a person should know before it, as sentences. */
  checkRecovery(ask: RecoveryAsk): Promise<RecoveryCheck>;
  /**
   * Recovers a network of the session, or goes through rounds of pruning and recovery; events follow on the channel.
   * @returns its number
   */
  startRecovery(ask: RecoveryAsk): Promise<number>;
  pauseRecovery(): void;
  resumeRecovery(): void;
  /** Ends it within one step; the networks that were made stay. */
  stopRecovery(): Promise<void>;
  /** All networks of this session, the unpruned one first. */
  networks(): Promise<readonly MadeNetwork[]>;
  /** A network of the session in the format that was brought. */
  downloadNetwork(id: string): Promise<readonly NamedBytes[]>;
}

export type TuningRole = 'train' | 'validation';

export interface TuningSetSummary {
  readonly file: string;
  readonly count: number;
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

export interface RecoveryAsk {
  readonly setup: RunSetup;
  /**
   * The network to begin with: that of the last run, or one of the session's, by its id. Rounds prune themselves: with
   * them `last-run` stands for the unpruned network.
   */
  readonly from: 'last-run' | { readonly network: string };
  /** `train` and `validation` say nothing here: the sets that were opened are used, and a part is held out. */
  readonly recover: RecoverSettings;
  /** Null for one recovery without pruning. */
  readonly rounds: RoundsSettings | null;
}

export interface RecoveryCheck {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export type RecoveryMessage =
  | { readonly kind: 'recovery-events'; readonly recovery: number; readonly events: readonly RecoveryEvent[] }
  | {
      readonly kind: 'recovery-state';
      readonly recovery: number;
      readonly state: WorkerRunState;
      readonly problem: string | null;
    };
