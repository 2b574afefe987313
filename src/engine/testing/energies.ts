import type { CalibrationSet } from '../../calibration/calibration';
import { analyseChannels } from '../../graph/channels';
import type { ChannelGroup } from '../../graph/channel-types';
import type { BoundTask, TaskBatch } from '../../tasks/task';
import type { OracleParts } from '../measuring-oracle';
import { noise } from './compare';
import { twoHeadNetwork } from './networks';

export const COUNT = 10;
export const graph = twoHeadNetwork();
export const channels = analyseChannels(graph);
export const prunable = channels.groups.filter(({ frozen }) => frozen === null);
export const set: CalibrationSet = {
  count: COUNT,
  sampleShape: [1, 8, 8],
  input: noise(COUNT * 64, 5),
  arrays: new Map(),
};

/** Mean squared output: needs no labels. */
function energyTask(name: string): BoundTask {
  const energies = ({ outputs: [output], count }: TaskBatch) => {
    const data = output?.data ?? new Float32Array();
    const size = data.length / count;
    return Float64Array.from({ length: count }, (_, sample) =>
      data.subarray(sample * size, (sample + 1) * size).reduce((sum, value) => sum + value * value, 0),
    );
  };
  return {
    spec: { name, loss: 'mse', output: name },
    metric: {
      name: 'samples',
      higherIsBetter: true,
      merge: 'add',
      tally: ({ count }) => Float64Array.of(count),
      value: ([count = 0]) => count / COUNT,
    },
    losses: energies,
    gradients: ({ outputs }) => outputs.map(({ data }) => data.map((value) => 2 * value)),
  };
}

const tasks: OracleParts['tasks'] = graph.outputs.flatMap(({ name, value: id }) => {
  const value = graph.values.get(id);
  return value ? [{ task: energyTask(name), values: [value] }] : [];
});
export const parts: OracleParts = { graph, channels, set, tasks, batchSize: 4 };

/** The first units of a group, or all. */
export function firstUnits({ size }: ChannelGroup, kept: number): number[] {
  return [...Array(Math.min(size, kept)).keys()];
}
