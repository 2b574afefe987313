import type { Param, ValueId } from '../../graph/graph';
import type { OptimiserSpec } from './optimiser';
import type { BankData } from './tensor-bank';

export interface TrainerOptions {
  readonly optimiser: OptimiserSpec;
  /** L2 penalty's gradient factor on kernels; biases and norms do not decay. 0 by default. */
  readonly weightDecay?: number;
  /** L1 penalty's gradient factor on batch-norm scales, which lets channels die out (network slimming). 0 by default. */
  readonly scaleSparsity?: number;
  /** The gradient of all weights together is scaled down to this norm where it is longer (Pascanu et al. 2013). */
  readonly clipNorm?: number;
  /** Keeps an exponential moving average of the weights with this share of the old at each step, e.g. .999. */
  readonly averageDecay?: number;
  /** Share of the old value kept when running statistics take in a batch's, .9 by default. */
  readonly statisticsMomentum?: number;
  /** Batch norms use and keep their running statistics; by default where the graph takes a fixed number of samples. */
  readonly frozenStatistics?: boolean;
  /** Probability that a channel of a value is dropped for a sample, by value. */
  readonly dropout?: ReadonlyMap<ValueId, number>;
  /** Which weights are trained; all by default. */
  readonly trains?: (param: Param) => boolean;
  /** For the dropout. */
  readonly seed: number;
}

/** All that a trainer has to remember: with the same graph and options it goes on as if it had never stopped. */
export interface TrainerState {
  readonly steps: number;
  readonly banks: Readonly<Record<string, BankData>>;
}
