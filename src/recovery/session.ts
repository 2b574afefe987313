import type { ModelFigures } from '../pruning/report';
import type { MadeNetwork, Remedy, TuningFigures } from './events';
import type { Examination } from './figures';
import type { FineTuneOptions, Tuning } from './fine-tune';
import type { Network, Reference } from './network';

/** What recoveries of one session share. */
export interface RecoverySession {
  readonly reference: Reference;
  /** The calibration set, which figures are of. */
  readonly calibration: Examination;
  /** Null where nothing is trained. */
  readonly tuning: Tuning | null;
  /** The unpruned network's figures. */
  readonly original: ModelFigures;
}

export interface RecoverOptions extends Omit<FineTuneOptions, 'purpose'> {
  /** What was applied in the greedy loop already, for the report. */
  readonly inLoop?: readonly Remedy[];
  /** What the networks that are made are called after, e.g. `round 2`. */
  readonly name?: string;
  /** Takes each network that was made, to be exported later. */
  readonly onNetwork?: (made: MadeNetwork, network: Network) => void;
}

/** Its id is its label: whoever starts recoveries names them differently. */
export function madeNetwork(
  label: string,
  stage: MadeNetwork['stage'],
  figures: ModelFigures,
  validation: TuningFigures | null,
): MadeNetwork {
  return { id: label, label, stage, figures, validation };
}
