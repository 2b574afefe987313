import type { CalibrationFile, CalibrationSpec, NamedArray } from '../src/calibration/calibration';
import type { Artifact } from '../src/formats/artifact';
import type { ChannelMap } from '../src/graph/channel-types';
import { costModel, graphMacs, graphParams } from '../src/graph/cost';
import type { ArraySummary, CalibrationSummary, ModelSummary } from './api';
import { summariseNetwork } from './network-summary';

/** What the page needs of a model: no weights. `channels` are the model's without exclusions. */
export function summariseModel(artifact: Artifact, channels: ChannelMap, bytes: number): ModelSummary {
  const { graph, file, format, notes } = artifact;
  return {
    file,
    format,
    bytes,
    inputs: graph.inputs.map(({ name, shape }) => ({ name, shape })),
    outputs: graph.outputs.map(({ name, value }) => ({ name, shape: graph.values.get(value)?.shape ?? [] })),
    macs: graphMacs(graph),
    params: graphParams(graph),
    groups: channels.groups,
    cost: costModel(graph, channels),
    network: summariseNetwork(graph, channels),
    notes,
  };
}

export function summariseCalibration(
  { file, arrays }: CalibrationFile,
  spec: CalibrationSpec,
): CalibrationSummary {
  const input = arrays.get(spec.input);
  return { file, count: input?.shape[0] ?? 0, arrays: [...arrays.values()].map(summariseArray), spec };
}

function summariseArray({ name, dtype, shape, data }: NamedArray): ArraySummary {
  let min = Infinity;
  let max = -Infinity;
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { name, dtype, shape, min, max };
}
