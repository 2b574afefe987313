import type { NetworkMade, TuningFigures } from './events';
import { examine, modelFigures } from './figures';
import { fineTune, type Tuning, type TuningEvent } from './fine-tune';
import { slicedNetwork, withTrained, type Network } from './network';
import { madeNetwork, type RecoverOptions, type RecoverySession } from './session';
import { reinitialised } from './scratch';
import type { FineTuneSettings } from './settings';

type Controls = Readonly<Partial<Record<'scratch-E' | 'scratch-B', TuningFigures>>>;

/**
 * Trains the pruned architecture from new weights, all else being equal (Liu et al. 2019): for as many epochs as the
 * recovery (E), or for as many more as its fewer MACs pay for (B).
 */
export async function* trainControls(
  { reference, calibration, original }: RecoverySession,
  tuning: Tuning,
  { graph, keep }: Network,
  settings: FineTuneSettings,
  { name = 'recovered', signal, onNetwork }: RecoverOptions,
): AsyncGenerator<TuningEvent | NetworkMade, Controls> {
  const { channels } = reference;
  const found: Partial<Record<'scratch-E' | 'scratch-B', TuningFigures>> = {};
  for (const kind of settings.scratch) {
    const fresh = reinitialised(slicedNetwork(reference, { graph, keep }), settings.seed);
    const start = withTrained(reference, { graph, keep }, fresh);
    const { macs } = modelFigures(channels, start, { losses: {}, metrics: {} });
    const epochs = kind === 'E' ? settings.epochs : Math.round((settings.epochs * original.macs) / macs);
    const purpose = `scratch-${kind}` as const;
    const best = yield* fineTune(
      reference,
      start,
      tuning,
      { ...settings, epochs, learningRate: settings.scratchLearningRate, patience: null },
      { purpose, signal },
    );
    found[purpose] = best.figures;
    const figures = modelFigures(channels, best.network, await examine(channels, best.network, calibration));
    const made = madeNetwork(`${name}: ${purpose}`, 'control', figures, best.figures);
    onNetwork?.(made, best.network);
    yield { kind: 'network-made', network: made };
  }
  return found;
}
