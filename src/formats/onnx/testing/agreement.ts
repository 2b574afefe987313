import * as ort from 'onnxruntime-web';
import { tensor } from '@tensorflow/tfjs-core';
import { Executor } from '../../../engine/executor';
import { analyseChannels } from '../../../graph/channels';
import type { ChannelMap, KeepLists } from '../../../graph/channel-types';
import type { Graph } from '../../../graph/graph';
import { sliceGraph } from '../../../graph/slice';
import type { NamedBytes } from '../../../util/files';
import { onnxFormat } from '..';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Numbers in [0, 1), the same ones for the same seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
}

/** Keeps each unit of each free group with the given probability, and at least one. */
export function randomKeep(channels: ChannelMap, share: number, next: () => number): KeepLists {
  const free = channels.groups.filter(({ frozen }) => frozen === null);
  return new Map(
    free.map(({ id, size }) => {
      const units = Array.from({ length: size }, (_, unit) => unit);
      const kept = units.filter(() => next() < share);
      return [id, kept.length > 0 ? kept : [0]];
    }),
  );
}

export interface Pruned {
  readonly files: readonly NamedBytes[];
  readonly sliced: Graph;
  readonly channels: ChannelMap;
}

function prune(files: readonly NamedBytes[], choose: (channels: ChannelMap) => KeepLists): Pruned {
  const artifact = onnxFormat.read(files);
  const channels = analyseChannels(artifact.graph);
  const keep = choose(channels);
  const sliced = sliceGraph(artifact.graph, channels, keep);
  return { files: artifact.write(channels, keep, sliced), sliced, channels };
}

/** A pruning that keeps about `share` of every group that is not frozen. */
export function pruneRandomly(files: readonly NamedBytes[], share: number, seed = 1): Pruned {
  return prune(files, (channels) => randomKeep(channels, share, random(seed)));
}

export interface Samples {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export function randomSamples(graph: Graph, batch: number, seed = 7): Samples {
  const next = random(seed);
  const shape = (graph.inputs[0]?.shape ?? []).map((dim) => dim ?? batch);
  const length = shape.reduce((product, dim) => product * dim, 1);
  return { data: Float32Array.from({ length }, () => 2 * next() - 1), shape };
}

/** The graph's outputs by name, computed by the studio. */
export function runGraph(graph: Graph, { data, shape }: Samples): Map<string, Samples> {
  const executor = new Executor(
    graph,
    graph.outputs.map(({ value }) => value),
  );
  const x = tensor(data, [...shape]);
  const results = executor.run(new Map([[graph.inputs[0]?.id ?? '', x]]));
  const named = graph.outputs.map(({ name }, i): [string, Samples] => [
    name,
    { data: Float32Array.from(results[i]?.dataSync() ?? []), shape: results[i]?.shape ?? [] },
  ]);
  for (const value of [x, ...results]) value.dispose();
  executor.dispose();
  return new Map(named);
}

/** The file's outputs by name, computed by ONNX Runtime. */
export async function runOnnx(bytes: Uint8Array, { data, shape }: Samples): Promise<Map<string, Samples>> {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
  });
  const input = session.inputNames[0] ?? '';
  const results = await session.run({ [input]: new ort.Tensor('float32', data, shape) });
  const named = session.outputNames.map((name): [string, Samples] => {
    const result = results[name];
    return [name, { data: Float32Array.from(result?.data as Float32Array), shape: result?.dims ?? [] }];
  });
  await session.release();
  return new Map(named);
}

/** Largest difference of any output, over that output's scale; infinite when shapes differ. */
export function disagreement(a: ReadonlyMap<string, Samples>, b: ReadonlyMap<string, Samples>): number {
  return Math.max(
    ...[...a].map(([name, left]) => {
      const right = b.get(name);
      if (!right || withoutLeadingOnes(right) !== withoutLeadingOnes(left)) return Infinity;
      const largest = (values: Float32Array) =>
        values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      const differences = left.data.map((value, i) => value - (right.data[i] ?? NaN));
      return largest(differences) / Math.max(1e-12, largest(left.data));
    }),
  );
}

/** A shape as text. A file may drop the batch axis of a single sample, which the graph keeps. */
export function withoutLeadingOnes({ shape }: { readonly shape: readonly number[] }): string {
  return shape.join().replace(/^(1,)+/, '');
}
