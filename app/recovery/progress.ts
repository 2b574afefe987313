import type {
  LayerRecovered,
  RecoveryEvent,
  RecoveryMethod,
  RoundBegan,
  RoundReport,
  TuningBegan,
  TuningEnded,
  TuningEvaluated,
  TuningPurpose,
  TuningStep,
} from '../../src/recovery/events';
import type { ModelFigures } from '../../src/pruning/report';

/** A training: the recovery's own, or a control's from new weights. */
export interface Tuning {
  readonly began: TuningBegan;
  readonly steps: readonly TuningStep[];
  readonly evaluations: readonly TuningEvaluated[];
  readonly ended: TuningEnded | null;
}

/** Everything the page shows of a recovery at one moment: a fold over its events. */
export interface RecoveryProgress {
  readonly methods: readonly RecoveryMethod[];
  readonly original: ModelFigures | null;
  readonly pruned: ModelFigures | null;
  /** After each method, in order. */
  readonly stages: readonly { readonly method: RecoveryMethod; readonly figures: ModelFigures }[];
  readonly layer: LayerRecovered | null;
  readonly tunings: Readonly<Partial<Record<TuningPurpose, Tuning>>>;
  readonly round: RoundBegan | null;
  readonly rounds: readonly RoundReport[];
  /** What is pruned at the moment, in rounds. */
  readonly pruning: string | null;
  /** Why there were no more rounds. */
  readonly message: string | null;
}

export const noProgress: RecoveryProgress = {
  methods: [],
  original: null,
  pruned: null,
  stages: [],
  layer: null,
  tunings: {},
  round: null,
  rounds: [],
  pruning: null,
  message: null,
};

export function advanceRecovery(before: RecoveryProgress, event: RecoveryEvent): RecoveryProgress {
  switch (event.kind) {
    case 'recovery-began': {
      const { methods, pruned } = event;
      // A round's network is held against the one that was brought, not against the last round's.
      const original = before.original ?? event.original;
      return { ...before, methods, original, pruned, stages: [], layer: null, tunings: {}, pruning: null };
    }
    case 'layer-recovered':
      return { ...before, layer: event };
    case 'method-ended': {
      const { method, figures } = event;
      return { ...before, layer: null, stages: [...before.stages, { method, figures }] };
    }
    case 'tuning-began': {
      const tuning: Tuning = { began: event, steps: [], evaluations: [], ended: null };
      return { ...before, tunings: { ...before.tunings, [event.purpose]: tuning } };
    }
    case 'tuning-step':
      return withTuning(before, event.purpose, (one) => ({ ...one, steps: [...one.steps, event] }));
    case 'tuning-evaluated':
      return withTuning(before, event.purpose, (one) => ({
        ...one,
        evaluations: [...one.evaluations, event],
      }));
    case 'tuning-ended':
      return withTuning(before, event.purpose, (one) => ({ ...one, ended: event }));
    case 'round-began':
      return { ...before, round: event };
    case 'round-ended':
      return { ...before, rounds: [...before.rounds, event.report] };
    case 'rounds-ended':
      return { ...before, message: event.message };
    case 'pruning':
      return event.event.kind === 'step-began' ? { ...before, pruning: event.event.group } : before;
    case 'recovery-ended':
    case 'network-made':
      return before;
  }
}

function withTuning(
  before: RecoveryProgress,
  purpose: TuningPurpose,
  change: (tuning: Tuning) => Tuning,
): RecoveryProgress {
  const tuning = before.tunings[purpose];
  return tuning ? { ...before, tunings: { ...before.tunings, [purpose]: change(tuning) } } : before;
}
