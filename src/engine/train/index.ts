export { augment, type Augmentation } from './augment/augment';
export {
  movesAsBoxes,
  movesAsMap,
  movesAsPoints,
  staysAsItIs,
  type CarryLabel,
  type LabelSample,
} from './augment/labels';
export type { AugmentationSpec, Move } from './augment/move';
export type {
  EpochEnded,
  TrainingBegan,
  TrainingDiverged,
  TrainingEnded,
  TrainingEvent,
  TrainingStep,
} from './events';
export { registerGradients } from './gradients';
export { microBatchSizeFor } from './memory';
export type { Appraisal, BatchObjective, Losses, MicroBatch, Objective, Samples } from './objective';
export type { OptimiserSpec } from './optimiser';
export { learningRate, type ScheduleSpec } from './schedule';
export { Trainer } from './trainer';
export type { TrainerOptions, TrainerState } from './trainer-options';
export { Training, type Checkpoint, type TrainingPlan } from './training';
export { epochOrder, heldSet, takeSamples, type TrainingSet } from './training-set';
