export type * from './events';
export { inLoopRecovery } from './in-loop';
export { checkRecovery, openRecovery, type RecoveryParts } from './open';
export type { Network } from './network';
export { pruneAndRecover, type PruneAndRecover, type RoundsEvent, type RoundsResult } from './rounds';
export { recover, type RecoverEvent, type Recovered } from './recover';
export { madeNetwork, type RecoverOptions, type RecoverySession } from './session';
export { fineTune, type Tuning, type TuningCheckpoint } from './fine-tune';
export {
  defaultFineTune,
  defaultRecover,
  defaultRounds,
  halveTheMacs,
  type FineTuneSettings,
  type RecoverSettings,
  type RoundsSettings,
} from './settings';
