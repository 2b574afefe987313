import type { CalibrationFile, CalibrationSpec, NamedArray } from '../src/calibration/calibration';
import { imageArray } from '../src/calibration/images/image-set';
import type { CalibrationSource } from '../src/calibration';
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

/** @param understood `file` is null where pictures wait for a model to say which size they shall have */
export function summariseCalibration(
  source: CalibrationSource,
  { spec, file }: { readonly spec: CalibrationSpec; readonly file: CalibrationFile | null },
): CalibrationSummary {
  const arrays = [...(file?.arrays.values() ?? [])].map(summariseArray);
  const classNames = [...(file?.classNames ?? [])];
  const shared = {
    arrays,
    spec,
    ...(classNames.length > 0 ? { classNames: Object.fromEntries(classNames) } : {}),
  };
  if (source.kind === 'arrays') {
    const input = source.file.arrays.get(spec.input);
    return { file: source.file.file, count: input?.shape[0] ?? 0, ...shared };
  }
  const { set } = source;
  return { file: set.file, count: set.samples.length, ...shared, pictures: { notes: set.notes } };
}

/** Until a model says what it wants, the first array is taken for the input. */
export function unknownModelSpec(source: CalibrationSource): CalibrationSpec {
  const spec = { layout: 'NHWC', scale: 1, mean: [0], std: [1], limit: null } as const;
  if (source.kind === 'images') return { file: source.set.file, input: imageArray, ...spec };
  const [input = ''] = source.file.arrays.keys();
  return { file: source.file.file, input, ...spec };
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
