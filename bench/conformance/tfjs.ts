import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Executor } from '../../src/engine/executor';
import { readModel } from '../../src/formats';
import type { Artifact } from '../../src/formats/artifact';
import { jsonObject } from '../../src/formats/tfjs/json';
import { parseModelJson } from '../../src/formats/tfjs/testing/load';
import { analyseChannels } from '../../src/graph/channels';
import type { Graph, Value } from '../../src/graph/graph';
import { sliceGraph } from '../../src/graph/slice';
import type { NamedBytes } from '../../src/util/files';
import { worstOf, type NamedResult, type Worst } from './difference';
import { pruneAll, pruningCounts } from './prune';
import { failure, type Outcome, type Suite } from './record';
import { loadReference, type Reference } from './tfjs-reference';

/** Differences up to this part of an output's scale are float noise. */
const TOLERANCE = 1e-3;

/**
 * TensorFlow.js models (`*.json` with their shards beside them): each opens, gives what tfjs itself gives, loses a
 * fifth of every group, and its export gives in tfjs what the sliced graph gives.
 */
export const tfjsSuite: Suite = {
  id: 'tfjs',
  list: (folder) => modelFiles(folder).map((path) => relative(folder, path).replace(/\.json$/, '')),
  run: (folder, name) => runCase(filesOf(join(folder, `${name}.json`))),
};

function modelFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isModel)
    .sort();
}

function filesOf(path: string): NamedBytes[] {
  const bytes = new Uint8Array(readFileSync(path));
  const paths = parseModelJson(bytes).weightsManifest.flatMap((group) => group.paths);
  const shards = paths.map((name) => ({ name, at: join(path, '..', name) }));
  return [
    { name: basename(path), bytes },
    ...shards
      .filter(({ at }) => existsSync(at))
      .map(({ name, at }) => ({ name, bytes: new Uint8Array(readFileSync(at)) })),
  ];
}

/** Whatever says that it is one; whether it can be read is what is found out. */
function isModel(path: string): boolean {
  const json = jsonObject({ name: path, bytes: new Uint8Array(readFileSync(path)) });
  return json !== null && ('modelTopology' in json || 'weightsManifest' in json);
}

/** On WASM; where tfjs has no kernel there, on its plain JavaScript backend. */
async function runCase(files: readonly NamedBytes[]): Promise<Outcome> {
  const failed = (stage: string, error: unknown) =>
    failure(`${stage}: ${error instanceof Error ? error.message : String(error)}`);
  let artifact: Artifact;
  try {
    artifact = readModel(files);
  } catch (error) {
    return failed('does not open', error);
  }
  for (const backend of ['wasm', 'cpu'] as const) {
    await tf.setBackend(backend);
    tf.engine().startScope();
    try {
      return await compare(artifact, files);
    } catch (error) {
      if (backend === 'cpu') return failed('does not run', error);
    } finally {
      tf.engine().endScope();
    }
  }
  return failed('does not run', 'there is no backend');
}

async function compare(artifact: Artifact, files: readonly NamedBytes[]): Promise<Outcome> {
  const { graph } = artifact;
  const taps = computedEnds(graph);
  const model = await loadReference(files);
  const inputs = randomInputs(graph, model);
  const channels = analyseChannels(graph);
  const keep = pruneAll(graph, channels, 0.2);
  const original = worstOf(runGraph(graph, taps, inputs), await model.run(inputs, taps));
  const sliced = sliceGraph(graph, channels, keep);
  const written = await loadReference(artifact.write(channels, keep, sliced));
  const exported = worstOf(await written.run(inputs, taps), runGraph(sliced, taps, inputs));
  const opaque = graph.nodes.filter(({ op }) => op === 'opaque').length;
  if (opaque > 0) await written.runWhole(inputs);
  model.dispose();
  written.dispose();
  const counts = {
    ...pruningCounts(graph, channels, keep),
    opaque,
    compared: taps.length,
    flat: original.flat,
  };
  return outcome(artifact, original, exported, counts);
}

function outcome(
  { notes }: Artifact,
  original: Worst,
  exported: Worst,
  counts: Readonly<Record<string, number>>,
): Outcome {
  const worst = original.error > exported.error ? original : exported;
  const tells = (counts['compared'] ?? 0) > original.flat;
  const frozen = counts['pruned'] === 0;
  const passed = worst.error <= TOLERANCE && (tells || frozen);
  const problem = !tells
    ? 'nothing of it can be compared'
    : `${worst === original ? 'differs from tfjs' : 'the export differs from the sliced graph'} at ${worst.name}`;
  const remark = notes.length > 0 ? `${notes.length} notes, the first: ${notes[0] ?? ''}` : '';
  return {
    status: !passed ? 'fail' : frozen ? 'frozen' : 'pass',
    worstError: worst.error,
    reason: (passed ? remark : `${problem}. ${remark}`).slice(0, 300),
    counts,
  };
}

/** Computed outputs, and where operators that are not executed begin, the values that they read. */
function computedEnds(graph: Graph): Value[] {
  const unknown = new Set<string>();
  for (const node of graph.nodes)
    if (node.op === 'opaque' || node.inputs.some((id) => unknown.has(id))) unknown.add(node.output);
  const read = graph.nodes.filter(({ op }) => op === 'opaque').flatMap(({ inputs }) => inputs);
  const made = new Set(graph.nodes.map(({ output }) => output));
  const ends = [...graph.outputs.map(({ value }) => value), ...read];
  return [...new Set(ends)].flatMap((id) => {
    const value = graph.values.get(id);
    return value && made.has(id) && !unknown.has(id) ? [value] : [];
  });
}

function randomInputs(graph: Graph, model: Reference): ReadonlyMap<string, tf.Tensor> {
  return new Map(
    graph.inputs.map(({ id, shape }, index) => {
      const sizes = shape.map((dim) => dim ?? 1);
      const whole = model.inputTypes[index] === 'int32';
      return [id, tf.randomUniform(sizes, 0, whole ? 255 : 1, whole ? 'int32' : 'float32', 7 + index)];
    }),
  );
}

function runGraph(
  graph: Graph,
  taps: readonly Value[],
  inputs: ReadonlyMap<string, tf.Tensor>,
): NamedResult[] {
  const executor = new Executor(
    graph,
    taps.map(({ id }) => id),
  );
  const known = new Map([...inputs].map(([id, tensor]) => [id, tensor.toFloat()]));
  const results = executor.run(known);
  executor.dispose();
  return results.map((result, index) => ({
    name: taps[index]?.name ?? '',
    shape: result.shape,
    data: result.dataSync(),
  }));
}
