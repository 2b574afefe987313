import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { onnxFormat } from '../../src/formats/onnx';
import { analyseChannels } from '../../src/graph/channels';
import type { Graph } from '../../src/graph/graph';
import { sliceGraph } from '../../src/graph/slice';
import type { NamedBytes } from '../../src/util/files';
import { worstOf } from './difference';
import { filesOf } from './groups';
import { computedOutputs, randomInputs, runGraph, runOnnx } from './onnx-run';
import { tapped } from './onnx-taps';
import { pruneAll, pruningCounts } from './prune';
import type { Outcome, Suite } from './record';

/** Scale of results that are float noise: random weights give sigmoids near 0, which each program rounds in its own way. */
const NOISE = 1e-3;

const TOLERANCE = 1e-3;

/**
 * Trained networks (`*.onnx` with the files of their weights beside them): each opens, gives what ONNX Runtime gives,
 * loses a fifth of every group, and its export gives in ONNX Runtime what the sliced graph gives, up to the operators
 * that are not computed; those must still run.
 */
export const onnxSuite: Suite = {
  id: 'onnx',
  list: (folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.onnx'))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replace(/\.onnx$/, ''))
      .sort(),
  run,
};

async function run(folder: string, name: string): Promise<Outcome> {
  const path = join(folder, `${name}.onnx`);
  const [model, ...weights] = filesOf(dirname(path), basename(path));
  if (!model) throw new Error('There is no such file.');
  const files = [tapped(model, onnxFormat.read([model, ...weights]).graph), ...weights];
  const artifact = onnxFormat.read(files);
  const { graph, notes } = artifact;
  const channels = analyseChannels(graph);
  const keep = pruneAll(graph, channels, 0.2);
  const sliced = sliceGraph(graph, channels, keep);
  const outputs = computedOutputs(graph);
  const inputs = randomInputs(graph);
  const written = artifact.write(channels, keep, sliced);
  const compared = async (held: Graph, file: readonly NamedBytes[]) =>
    outputs.length === 0
      ? worstOf([], [])
      : worstOf(runGraph(held, outputs, inputs), await runOnnx(file, outputs, inputs), NOISE);
  const original = await compared(graph, files);
  const exported = await compared(sliced, written);
  if (outputs.length < graph.outputs.length) await runOnnx(written, graph.outputs, inputs);
  const worst = original.error > exported.error ? original : exported;
  const tells = outputs.length > original.flat;
  const right = worst.error <= TOLERANCE;
  const problem =
    worst === original ? 'it differs from ONNX Runtime' : 'the export differs from the sliced graph';
  const reasons = [
    ...(right ? [] : [`${problem} at ${worst.name}`]),
    ...(tells ? [] : ['nothing of it can be compared']),
    ...(notes.length > 0 ? [`${notes.length} notes, the first: ${notes[0] ?? ''}`] : []),
  ];
  return {
    status: !right ? 'fail' : keep.size === 0 ? 'frozen' : tells ? 'pass' : 'fail',
    worstError: worst.error,
    reason: reasons.join('; ').slice(0, 300),
    counts: {
      ...pruningCounts(graph, channels, keep),
      opaque: graph.nodes.filter(({ op }) => op === 'opaque').length,
      compared: outputs.length,
      flat: original.flat,
    },
  };
}
