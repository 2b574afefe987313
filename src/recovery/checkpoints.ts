import type { NetworkMade } from './events';
import { examine, modelFigures } from './figures';
import { fineTune, type Candidate, type Tuning, type TuningEvent } from './fine-tune';
import type { Network } from './network';
import { madeNetwork, type RecoverOptions, type RecoverySession } from './session';
import type { FineTuneSettings } from './settings';

/** Fine-tuning whose evaluations leave networks to go back to. */
export async function* fineTuneWithCheckpoints(
  { reference, calibration }: RecoverySession,
  start: Network,
  tuning: Tuning,
  settings: FineTuneSettings,
  options: RecoverOptions,
): AsyncGenerator<TuningEvent | NetworkMade, Candidate> {
  const { name = 'recovered', onNetwork } = options;
  const { channels } = reference;
  let judged: Candidate | null = null;
  const onEvaluated = (candidate: Candidate) => (judged = candidate);
  const run = fineTune(reference, start, tuning, settings, { ...options, onEvaluated });
  const taken = (): Candidate | null => {
    const candidate = judged;
    judged = null;
    return candidate;
  };
  try {
    for (;;) {
      const next = await run.next();
      if (next.done) return next.value;
      yield next.value;
      const found = taken();
      if (!found) continue;
      const { network, step, figures } = found;
      const here = modelFigures(channels, network, await examine(channels, network, calibration));
      const made = madeNetwork(`${name}: fine-tune, step ${step}`, 'checkpoint', here, figures);
      onNetwork?.(made, network);
      yield { kind: 'network-made', network: made };
    }
  } finally {
    await run.return({ network: start, step: 0, figures: tuning.original, score: Infinity });
  }
}
