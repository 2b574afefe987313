import { reestimateBatchNorms } from './batch-statistics';
import type { LayerRecovered, Remedy } from './events';
import type { Network, Reference } from './network';
import { reconstruct } from './reconstruct';
import { correctScaleAndBias } from './scale-and-bias';

/** One method of recovery without gradients. */
export function applyRemedy(
  remedy: Remedy,
  reference: Reference,
  network: Network,
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<LayerRecovered, Network> {
  switch (remedy) {
    case 'least-squares':
      return reconstruct(reference, network, options);
    case 'batch-norm':
      return reestimateBatchNorms(reference, network, options);
    case 'scale-bias':
      return correctScaleAndBias(reference, network, options);
  }
}
