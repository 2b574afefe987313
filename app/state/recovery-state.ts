import type { MadeNetwork } from '../../src/recovery/events';
import { defaultRecover, type RecoverSettings, type RoundsSettings } from '../../src/recovery/settings';
import type { WorkerRunState } from '../../workers/api';
import type { RecoveryCheck, TuningRole, TuningSetSummary } from '../../workers/recovery-api';
import { noProgress, type RecoveryProgress } from '../recovery/progress';

export interface RecoveryState {
  readonly settings: RecoverSettings;
  /** Null recovers once, without pruning any further. */
  readonly rounds: RoundsSettings | null;
  /** The network to begin with: the last run's, or one of the session's by its id. */
  readonly from: string | null;
  readonly sets: Readonly<Record<TuningRole, TuningSetSummary | null>>;
  readonly check: RecoveryCheck;
  readonly number: number;
  readonly status: 'none' | WorkerRunState;
  readonly problem: string | null;
  readonly progress: RecoveryProgress;
  /** Every network made in this session, the unpruned one first. */
  readonly networks: readonly MadeNetwork[];
}

export const noRecovery: RecoveryState = {
  settings: defaultRecover,
  rounds: null,
  from: null,
  sets: { train: null, validation: null },
  check: { problems: [], warnings: [] },
  number: 0,
  status: 'none',
  problem: null,
  progress: noProgress,
  networks: [],
};
