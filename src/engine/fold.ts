import type { Param } from '../graph/graph';

export interface Fold {
  readonly kernel: Float32Array;
  readonly kernelShape: readonly number[];
  readonly bias: Float32Array;
}

export interface BatchNormParams {
  readonly scale: Float32Array;
  readonly offset: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** A layer's kernel (output channels last) and bias with the batch norm that follows folded in, in float64. */
export function foldBatchNorm(kernel: Param, bias: Param | null, norm: BatchNormParams): Fold {
  const factors = Float64Array.from(norm.variance, (variance, channel) => {
    return (norm.scale[channel] ?? 1) / Math.sqrt(variance + norm.epsilon);
  });
  const channels = factors.length;
  const folded = kernel.data.map((weight, index) => weight * (factors[index % channels] ?? 1));
  const shifted = Float32Array.from(factors, (factor, channel) => {
    const centred = (bias?.data[channel] ?? 0) - (norm.mean[channel] ?? 0);
    return (norm.offset[channel] ?? 0) + centred * factor;
  });
  return { kernel: folded, kernelShape: kernel.shape, bias: shifted };
}
