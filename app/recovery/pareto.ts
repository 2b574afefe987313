import type { MadeNetwork } from '../../src/recovery/events';

/** A network as a point: what is left of its MACs, and a task's metric. */
export interface ParetoPoint {
  readonly network: MadeNetwork;
  readonly macs: number;
  readonly metric: number;
  /** No other network is both as cheap and as good. */
  readonly best: boolean;
}

/** Whether every network was measured on the validation set, so that its figures can be compared there. */
export const allValidated = (networks: readonly MadeNetwork[]) =>
  networks.length > 0 && networks.every(({ validation }) => validation !== null);

/** The networks' figures for a task: on the validation set where all were measured there, else on the calibration set. */
export function paretoPoints(
  networks: readonly MadeNetwork[],
  task: string,
  higherIsBetter = true,
): readonly ParetoPoint[] {
  const validated = allValidated(networks);
  const points = networks.flatMap((network) => {
    const figures = validated && network.validation ? network.validation : network.figures;
    const metric = figures.metrics[task];
    return metric === undefined ? [] : [{ network, macs: network.figures.macs, metric }];
  });
  const sign = higherIsBetter ? 1 : -1;
  const beats = (a: (typeof points)[number], b: (typeof points)[number]) =>
    a.macs <= b.macs && sign * (a.metric - b.metric) >= 0 && (a.macs < b.macs || a.metric !== b.metric);
  return points.map((point) => ({ ...point, best: !points.some((other) => beats(other, point)) }));
}
