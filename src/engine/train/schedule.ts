/** How the learning rate runs over a training's progress. */
export interface ScheduleSpec {
  readonly kind: 'constant' | 'cosine' | 'one-cycle';
  readonly peak: number;
  /** Part of the training in which the rate rises: .05 by default, .3 in one cycle. */
  readonly warmUp?: number;
  /** Rate at the end as a part of the peak: 0 by default. */
  readonly floor?: number;
}

/** One cycle starts at this part of its peak (Smith & Topin 2018; PyTorch's default). */
const CYCLE_START = 1 / 25;

/**
 * Learning rate at `progress` 0 … 1. `cosine` rises linearly from zero and falls along half a cosine (Loshchilov &
 * Hutter 2017, without restarts); `one-cycle` rises and falls along half cosines; `constant` stays after its rise.
 */
export function learningRate({ kind, peak, warmUp, floor = 0 }: ScheduleSpec, progress: number): number {
  const rise = warmUp ?? (kind === 'one-cycle' ? 0.3 : 0.05);
  if (progress < rise) {
    const done = progress / rise;
    return kind === 'one-cycle' ? halfCosine(peak * CYCLE_START, peak, done) : peak * done;
  }
  if (kind === 'constant') return peak;
  return halfCosine(peak, peak * floor, (progress - rise) / (1 - rise));
}

function halfCosine(from: number, to: number, done: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, done)))) / 2;
}
