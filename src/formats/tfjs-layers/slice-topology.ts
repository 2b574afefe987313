import type { Graph, ValueId } from '../../graph/graph';
import type { JsonObject } from '../tfjs/json';
import type { LayerTrace } from './reader';
import { allLayers, type LayerSpec, type ModelSpec } from './topology';

/**
 * Writes the sizes of the sliced graph into the layers' configs: filters, units, groups, target and declared
 * input shapes. The model's own inputs keep theirs.
 */
export function sliceTopology(
  model: ModelSpec,
  traces: ReadonlyMap<string, LayerTrace>,
  sliced: Graph,
): void {
  for (const layer of allLayers(model)) {
    const trace = traces.get(layer.key);
    if (!trace) continue;
    const sizes = (value: ValueId) => (sliced.values.get(value)?.shape ?? []).slice(1).map((dim) => dim ?? 1);
    sliceInputShape(layer.config, sizes(trace.input));
    sliceLayer(layer, sizes(trace.output), sliced);
  }
}

/** @param output sizes of one sample of what the layer gives */
export function sliceLayer(
  { className, name, config }: Pick<LayerSpec, 'className' | 'name' | 'config'>,
  output: readonly number[],
  sliced: Graph,
): void {
  const channels = output.at(-1);
  switch (className) {
    case 'Conv2D':
      config['filters'] = channels;
      if ('groups' in config) config['groups'] = groupsOf(name, sliced) ?? config['groups'];
      break;
    case 'Conv1D':
    case 'SeparableConv2D':
    case 'Conv2DTranspose':
      config['filters'] = channels;
      break;
    case 'Dense':
      config['units'] = channels;
      break;
    case 'Reshape':
      config['target_shape'] = targetShape(config['target_shape'], output);
      break;
    default:
  }
}

function groupsOf(layer: string, sliced: Graph): number | undefined {
  const node = sliced.nodes.find(({ op, source }) => op === 'conv2d' && source === layer);
  return node?.op === 'conv2d' ? node.groups : undefined;
}

/** A size that was left to be found out (−1 or null) still is. */
function targetShape(stored: unknown, output: readonly number[]): unknown {
  if (!Array.isArray(stored)) return stored;
  return stored.map((size: unknown, axis) => (size === -1 || size === null ? size : output[axis]));
}

/** Layers within a model may declare what they are given; open sizes stay open. */
function sliceInputShape(config: JsonObject, input: readonly number[]): void {
  const stored = config['batch_input_shape'];
  if (!Array.isArray(stored) || stored.length !== input.length + 1) return;
  const [batch, ...sizes] = stored as unknown[];
  config['batch_input_shape'] = [batch, ...sizes.map((size, axis) => (size === null ? null : input[axis]))];
}
