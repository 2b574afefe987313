import type { CalibrationSet } from '../calibration/calibration';
import { measureValues } from '../engine/measure-values';
import type { ChannelMap, KeepLists } from '../graph/channel-types';
import { keptPositions } from '../graph/keep';
import type { Graph, Value, ValueId } from '../graph/graph';
import { sliceGraph } from '../graph/slice';

/** A filter's response to one sample, before and after other filters were removed. */
export interface Responses {
  readonly width: number;
  readonly height: number;
  /** For each channel of the layer in its original numbering. */
  readonly channels: readonly ChannelResponse[];
  /** The asked channel's maps, height × width; after is null when the channel itself was removed. */
  readonly before: Float32Array;
  readonly after: Float32Array | null;
}

export interface ChannelResponse {
  readonly kept: boolean;
  /** ‖after − before‖ / ‖before‖; null when the channel was removed. */
  readonly change: number | null;
}

/**
 * Response maps of a layer's filters: what the layer gives for a sample after its batch norm and activation, in the
 * unpruned network and in the pruned one (the paper's figure 1).
 */
export async function measureResponses(
  parts: { readonly graph: Graph; readonly channels: ChannelMap; readonly set: CalibrationSet },
  pruned: { readonly graph: Graph; readonly keep: KeepLists },
  ask: { readonly node: string; readonly channel: number; readonly sample: number },
): Promise<Responses | null> {
  const { graph, channels, set } = parts;
  const id = responseValue(graph, ask.node);
  const value = id === null ? undefined : graph.values.get(id);
  if (!value) return null;
  const sample = oneSample(set, ask.sample);
  const before = layersOf(value, await measureValues(graph, sample, [value], 1));
  const { keep } = pruned;
  const sliced = keep.size > 0 ? sliceGraph(pruned.graph, channels, keep) : pruned.graph;
  const slicedValue = sliced.values.get(value.id) ?? value;
  const after = layersOf(slicedValue, await measureValues(sliced, sample, [slicedValue], 1));
  const labels = channels.values.get(value.id);
  const kept = labels ? keptPositions(labels, channels, keep) : [...before.maps.keys()];
  const place = new Map(kept.map((position, index) => [position, index]));
  const afterOf = (channel: number) => {
    const at = place.get(channel);
    return at === undefined ? null : (after.maps[at] ?? null);
  };
  return {
    width: before.width,
    height: before.height,
    channels: before.maps.map((map, channel) => {
      const now = afterOf(channel);
      return { kept: now !== null, change: now && change(map, now) };
    }),
    before: before.maps[ask.channel] ?? new Float32Array(before.width * before.height),
    after: afterOf(ask.channel),
  };
}

/** A layer's output behind the batch norm and the activation that belong to it. */
function responseValue(graph: Graph, node: string): ValueId | null {
  let id = graph.nodes.find((one) => one.id === node)?.output ?? null;
  while (id !== null) {
    const from: ValueId = id;
    const readers = graph.nodes.filter(({ inputs }) => inputs.includes(from));
    const [next] = readers;
    if (readers.length !== 1 || !next || !['batchNorm', 'unary', 'prelu'].includes(next.op)) return id;
    if (graph.outputs.some(({ value }) => value === from)) return id;
    id = next.output;
  }
  return id;
}

function oneSample({ input, sampleShape }: CalibrationSet, index: number) {
  const size = sampleShape.reduce((product, length) => product * length, 1);
  return { input: input.subarray(index * size, (index + 1) * size), sampleShape };
}

/** A value's channels, which lie last, each as a map; values without rows and columns are single rows. */
function layersOf({ shape }: Value, [data = new Float32Array()]: readonly Float32Array[]) {
  const sizes = shape.slice(1).map((length) => length ?? 1);
  const count = sizes.at(-1) ?? 1;
  const positions = data.length / count;
  const [rows = 1, columns = 1] = sizes;
  const [height, width] =
    sizes.length === 3 && rows * columns === positions ? [rows, columns] : [1, positions];
  const maps = Array.from({ length: count }, (_, channel) =>
    Float32Array.from({ length: positions }, (_, at) => data[at * count + channel] ?? 0),
  );
  return { width, height, maps };
}

function change(before: Float32Array, after: Float32Array): number {
  let difference = 0;
  let size = 0;
  before.forEach((value, at) => {
    difference += (value - (after[at] ?? 0)) ** 2;
    size += value ** 2;
  });
  return size === 0 ? (difference === 0 ? 0 : 1) : Math.sqrt(difference / size);
}
