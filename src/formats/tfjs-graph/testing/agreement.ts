import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { Executor } from '../../../engine/executor';
import { analyseChannels } from '../../../graph/channels';
import type { ChannelMap, KeepLists } from '../../../graph/channel-types';
import type { Graph } from '../../../graph/graph';
import { emptiedValues, sliceGraph } from '../../../graph/slice';
import type { NamedBytes } from '../../../util/files';
import { withoutLeadingOnes } from '../../onnx/testing/agreement';
import { loadGraphModel, parseModelJson } from '../../tfjs/testing/load';
import type { Artifact } from '../../artifact';
import { tfjsGraphFormat } from '..';

export interface Pruned {
  readonly artifact: Artifact;
  readonly channels: ChannelMap;
  readonly sliced: Graph;
  readonly files: readonly NamedBytes[];
  readonly json: WrittenModel;
}

interface WrittenModel {
  readonly modelTopology: { readonly node: readonly WrittenNode[] };
  readonly weightsManifest: ReturnType<typeof parseModelJson>['weightsManifest'];
}

interface WrittenNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
}

/** Prunes about 40 % of every group that is not frozen, without running anything. */
export function prune(files: readonly NamedBytes[]): Pruned {
  const artifact = tfjsGraphFormat.read(files);
  const channels = analyseChannels(artifact.graph);
  const keep = randomKeep(channels);
  const sliced = sliceGraph(artifact.graph, channels, keep);
  const written = artifact.write(channels, keep, sliced);
  const json = parseModelJson(written[0]?.bytes ?? new Uint8Array()) as unknown as WrittenModel;
  return { artifact, channels, sliced, files: written, json };
}

/**
 * Checks that the graph gives what tf.loadGraphModel gives, and that the export of a pruning gives there what the
 * sliced graph gives, for batches of the given sizes.
 */
export async function agree(
  files: readonly NamedBytes[],
  batches: readonly number[] = [1, 3],
  notes: readonly string[] = [],
): Promise<Pruned> {
  const pruned = prune(files);
  expect(pruned.artifact.notes).toEqual(notes);
  expect(pruned.channels.groups.some(({ frozen }) => frozen === null)).toBe(true);
  expect(totalBytes(pruned.files)).toBeLessThan(totalBytes(files));
  for (const batch of batches) {
    const x = sample(pruned.artifact.graph, batch);
    await expectSame(pruned.artifact.graph, files, x);
    await expectSame(pruned.sliced, pruned.files, x);
    x.dispose();
  }
  return pruned;
}

function totalBytes(files: readonly NamedBytes[]): number {
  return files.slice(1).reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function sample({ inputs }: Graph, batch: number): tf.Tensor {
  const shape = (inputs[0]?.shape ?? []).map((dim) => dim ?? batch);
  return tf.randomUniform(shape, -1, 1, 'float32', 7);
}

async function expectSame(graph: Graph, files: readonly NamedBytes[], x: tf.Tensor): Promise<void> {
  const executor = new Executor(
    graph,
    graph.outputs.map(({ value }) => value),
  );
  const found = executor.run(new Map([[graph.inputs[0]?.id ?? '', x]]));
  executor.dispose();
  const model = await loadGraphModel(files);
  const wanted = [
    model.execute(
      x,
      graph.outputs.map(({ name }) => name),
    ),
  ].flat();
  model.dispose();
  expect(found.map(withoutLeadingOnes)).toEqual(wanted.map(withoutLeadingOnes));
  found.forEach((tensor, index) => {
    const target = wanted[index] ?? tf.scalar(NaN);
    const scale = target.abs().max().dataSync()[0] ?? NaN;
    const difference = tensor.sub(target).abs().max().dataSync()[0] ?? NaN;
    expect(scale).toBeGreaterThan(0);
    expect(difference / scale).toBeLessThan(1e-4);
  });
  tf.dispose([...found, ...wanted]);
}

/** The same choice each time; groups whose loss would empty a value stay whole. */
function randomKeep(channels: ChannelMap): KeepLists {
  let state = 12345;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const keep = new Map<string, readonly number[]>();
  for (const { id, size } of channels.groups.filter(({ frozen }) => frozen === null)) {
    const units = Array.from({ length: size }, (_, unit) => unit).filter(() => random() < 0.6);
    const kept = units.length > 0 ? units : [size - 1];
    if (emptiedValues(channels, new Map([...keep, [id, kept]])).length === 0) keep.set(id, kept);
  }
  return keep;
}
