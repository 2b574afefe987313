import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Executor } from '../../src/engine/executor';
import type { Artifact } from '../../src/formats/artifact';
import { tfjsGraphFormat } from '../../src/formats/tfjs-graph';
import { analyseChannels } from '../../src/graph/channels';
import type { Graph, Value } from '../../src/graph/graph';
import { sliceGraph } from '../../src/graph/slice';
import type { NamedBytes } from '../../src/util/files';
import { worstOf, type NamedResult } from './difference';
import { pruneAll, pruningCounts } from './prune';
import type { CaseRecord } from './record';

/** Differences up to this part of an output's scale are float noise. */
const TOLERANCE = 1e-3;

/**
 * TensorFlow.js GraphModels (`*.json` with their shards beside them): each opens, gives what tf.loadGraphModel gives,
 * loses a fifth of every group, and its export gives in tf.loadGraphModel what the sliced graph gives.
 */
export async function runTfjsSuite(folder: string, only?: string): Promise<CaseRecord[]> {
  const records: CaseRecord[] = [];
  for (const path of modelFiles(folder)) {
    const name = path.slice(folder.length + 1).replace(/\.json$/, '');
    if (only !== undefined && !name.includes(only)) continue;
    const files = filesOf(path);
    if (!tfjsGraphFormat.recognise(files)) continue;
    const record = { suite: 'tfjs', case: name, ...(await runCase(files)) };
    records.push(record);
    console.log(JSON.stringify(record));
  }
  return records;
}

function modelFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function filesOf(path: string): NamedBytes[] {
  const bytes = new Uint8Array(readFileSync(path));
  const paths = shardPaths(bytes).map((shard) => ({ shard, at: join(path, '..', shard) }));
  const shards = paths.filter(({ at }) => existsSync(at));
  return [
    { name: basename(path), bytes },
    ...shards.map(({ shard, at }) => ({ name: shard, bytes: new Uint8Array(readFileSync(at)) })),
  ];
}

interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest?: readonly {
    readonly paths: string[];
    readonly weights: tf.io.WeightsManifestEntry[];
  }[];
  readonly signature?: object;
  readonly userDefinedMetadata?: Record<string, unknown>;
}

function parse(bytes: Uint8Array): ModelJson {
  return JSON.parse(new TextDecoder().decode(bytes)) as ModelJson;
}

function shardPaths(bytes: Uint8Array): string[] {
  return (parse(bytes).weightsManifest ?? []).flatMap(({ paths }) => paths);
}

type Outcome = Omit<CaseRecord, 'suite' | 'case'>;

async function runCase(files: readonly NamedBytes[]): Promise<Outcome> {
  const failed = (stage: string, error: unknown): Outcome => ({
    status: 'fail',
    worstError: Infinity,
    reason: `${stage}: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300),
    counts: {},
  });
  let artifact: Artifact;
  try {
    artifact = tfjsGraphFormat.read(files);
  } catch (error) {
    return failed('does not open', error);
  }
  const before = tf.memory().numTensors;
  try {
    return await compare(artifact, files);
  } catch (error) {
    return failed('does not run', error);
  } finally {
    const leaked = tf.memory().numTensors - before;
    if (leaked !== 0) console.error(`${artifact.file} left ${leaked} tensors behind.`);
  }
}

async function compare(artifact: Artifact, files: readonly NamedBytes[]): Promise<Outcome> {
  const { graph } = artifact;
  const taps = computedEnds(graph);
  const model = await load(files);
  const inputs = randomInputs(model, graph);
  const channels = analyseChannels(graph);
  const keep = pruneAll(graph, channels, 0.2);
  const counts = {
    ...pruningCounts(graph, channels, keep),
    opaque: graph.nodes.filter(({ op }) => op === 'opaque').length,
  };
  const original = worstOf(runGraph(graph, taps, inputs), await runModel(model, taps, inputs));
  const sliced = sliceGraph(graph, channels, keep);
  const written = await load(artifact.write(channels, keep, sliced));
  const exported = worstOf(await runModel(written, taps, inputs), runGraph(sliced, taps, inputs));
  if (taps.length < graph.outputs.length || graph.nodes.some(({ op }) => op === 'opaque'))
    await runWhole(written, inputs);
  model.dispose();
  written.dispose();
  for (const { tensor } of inputs) tensor.dispose();
  return outcome(artifact, { original, exported, counts, compared: taps.length });
}

interface Findings {
  readonly original: { readonly name: string; readonly error: number };
  readonly exported: { readonly name: string; readonly error: number };
  readonly counts: Readonly<Record<string, number>>;
  readonly compared: number;
}

function outcome({ notes }: Artifact, { original, exported, counts, compared }: Findings): Outcome {
  const worst = original.error > exported.error ? original : exported;
  const passed = worst.error <= TOLERANCE && compared > 0;
  const which =
    worst === original ? 'differs from tf.loadGraphModel' : 'export differs from the sliced graph';
  const opaque = notes.length > 0 ? `${notes.length} notes, the first: ${notes[0] ?? ''}` : '';
  return {
    status: !passed ? 'fail' : counts['pruned'] === 0 ? 'frozen' : 'pass',
    worstError: worst.error,
    reason: (passed ? opaque : `${which} at ${worst.name}; ${opaque}`).slice(0, 300),
    counts: { ...counts, compared },
  };
}

/** Computed outputs, and where operators that are not executed begin, the values that they read. */
function computedEnds(graph: Graph): Value[] {
  const opaque = new Set<string>();
  for (const node of graph.nodes)
    if (node.op === 'opaque' || node.inputs.some((id) => opaque.has(id))) opaque.add(node.output);
  const read = graph.nodes.filter(({ op }) => op === 'opaque').flatMap(({ inputs }) => inputs);
  const made = new Set(graph.nodes.map(({ output }) => output));
  const ends = [...graph.outputs.map(({ value }) => value), ...read];
  return [...new Set(ends)].flatMap((id) => {
    const value = graph.values.get(id);
    return value && made.has(id) && !opaque.has(id) ? [value] : [];
  });
}

interface Input {
  /** In the graph. */
  readonly id: string;
  /** In the file. */
  readonly node: string;
  readonly tensor: tf.Tensor;
}

function randomInputs(model: tf.GraphModel, graph: Graph): Input[] {
  return graph.inputs.map(({ id, shape }, index) => {
    const sizes = shape.map((dim) => dim ?? 1);
    const { name = '', dtype = 'float32' } = model.inputs[index] ?? {};
    const tensor =
      dtype === 'int32'
        ? tf.randomUniform(sizes, 0, 255, 'int32', 7 + index)
        : tf.randomUniform(sizes, 0, 1, 'float32', 7 + index);
    return { id, node: name, tensor };
  });
}

function runGraph(graph: Graph, taps: readonly Value[], inputs: readonly Input[]): NamedResult[] {
  const ids = taps.map(({ id }) => id);
  const executor = new Executor(graph, ids);
  const known = new Map(inputs.map(({ id, tensor }) => [id, tensor.toFloat()]));
  const results = executor.run(known);
  executor.dispose();
  const read = results.map((result, index) => readResult(result, taps[index]?.name ?? ''));
  tf.dispose([...known.values(), ...results]);
  return read;
}

function readResult(tensor: tf.Tensor, name: string): NamedResult {
  return { name, shape: tensor.shape, data: tensor.dataSync() };
}

async function runModel(
  model: tf.GraphModel,
  taps: readonly Value[],
  inputs: readonly Input[],
): Promise<NamedResult[]> {
  const names = taps.map(({ name }) => name);
  const feeds = Object.fromEntries(inputs.map(({ node, tensor }) => [node, tensor]));
  const results = [await model.executeAsync(feeds, names)].flat();
  const read = results.map((result, index) => readResult(result, names[index] ?? ''));
  tf.dispose(results);
  return read;
}

/** The exported file still runs to its end. */
async function runWhole(model: tf.GraphModel, inputs: readonly Input[]): Promise<void> {
  const feeds = Object.fromEntries(inputs.map(({ node, tensor }) => [node, tensor]));
  tf.dispose(await model.executeAsync(feeds));
}

async function load(files: readonly NamedBytes[]): Promise<tf.GraphModel> {
  const [main, ...shards] = files;
  if (!main) throw new Error('There is no model.json.');
  const { weightsManifest = [], ...rest } = parse(main.bytes);
  const bytes = weightsManifest
    .flatMap(({ paths }) => paths)
    .map((path) => shards.find(({ name }) => name === path)?.bytes.slice().buffer ?? new ArrayBuffer(0));
  return tf.loadGraphModel(
    tf.io.fromMemory({
      ...rest,
      weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
      weightData: tf.io.CompositeArrayBuffer.join(bytes),
    }),
  );
}
