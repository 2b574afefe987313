import type {
  NetworkMade,
  RecoveryBegan,
  RecoveryEnded,
  RecoveryReport,
  LayerRecovered,
  MethodEnded,
  TuningFigures,
} from './events';
import { examine, modelFigures } from './figures';
import { fineTuneWithCheckpoints } from './checkpoints';
import type { TuningEvent } from './fine-tune';
import type { Network } from './network';
import { madeNetwork, type RecoverOptions, type RecoverySession } from './session';
import { applyRemedy } from './remedies';
import { trainControls } from './controls';
import type { RecoverSettings } from './settings';

export type RecoverEvent =
  RecoveryBegan | LayerRecovered | MethodEnded | TuningEvent | NetworkMade | RecoveryEnded;

export interface Recovered {
  readonly network: Network;
  readonly report: RecoveryReport;
}

/**
 * Applies the methods in turn to a pruned network and measures after each.
 * @throws InputError when labels of the training set do not fit
 */
export async function* recover(
  session: RecoverySession,
  pruned: Network,
  settings: RecoverSettings,
  options: RecoverOptions = {},
): AsyncGenerator<RecoverEvent, Recovered> {
  const { reference, original, tuning } = session;
  const { channels } = reference;
  const { name = 'recovered', signal } = options;
  const measure = async (network: Network) =>
    modelFigures(channels, network, await examine(channels, network, session.calibration));
  const judge = async (network: Network) =>
    tuning ? await examine(channels, network, tuning.validation) : null;

  const before = await measure(pruned);
  const validationBefore = await judge(pruned);
  yield { kind: 'recovery-began', methods: settings.methods, original, pruned: before };
  let network = pruned;
  let figures = before;
  const methods: RecoveryReport['methods'][number][] = [];
  let controls: Readonly<Partial<Record<'scratch-E' | 'scratch-B', TuningFigures>>> = {};
  for (const method of settings.methods) {
    const begun = performance.now();
    signal?.throwIfAborted();
    if (method !== 'fine-tune') network = yield* applyRemedy(method, reference, network, { signal });
    else if (tuning) {
      const best = yield* fineTuneWithCheckpoints(session, network, tuning, settings.fineTune, options);
      network = best.network;
    }
    figures = await measure(network);
    const seconds = (performance.now() - begun) / 1000;
    methods.push({ method, figures, seconds });
    yield { kind: 'method-ended', method, figures, seconds };
    const made = madeNetwork(`${name}: ${method}`, 'recovered', figures, await judge(network));
    options.onNetwork?.(made, network);
    yield { kind: 'network-made', network: made };
    if (method === 'fine-tune' && tuning)
      controls = yield* trainControls(session, tuning, network, settings.fineTune, options);
  }
  const report: RecoveryReport = {
    when: settings.when,
    inLoop: options.inLoop ?? [],
    original,
    pruned: before,
    methods,
    recovered: figures,
    validation:
      tuning && validationBefore
        ? {
            samples: tuning.data.validation.count,
            original: tuning.original,
            before: validationBefore,
            recovered: (await judge(network)) ?? validationBefore,
            controls,
            warnings: tuning.data.warnings,
          }
        : null,
  };
  yield { kind: 'recovery-ended', report };
  return { network, report };
}
