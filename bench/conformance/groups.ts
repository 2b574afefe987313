import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnxFormat } from '../../src/formats/onnx';
import { analyseChannels } from '../../src/graph/channels';
import { sliceGraph } from '../../src/graph/slice';
import { canonical, coupledSets, type CoupledSet } from '../../src/graph/testing/coupled-sets';
import type { NamedBytes } from '../../src/util/files';
import { worstOf } from './difference';
import { computedOutputs, randomInputs, runGraph, runOnnx } from './onnx-run';
import { pruneAll, pruningCounts } from './prune';
import type { Outcome, Suite } from './record';

const TOLERANCE = 1e-3;

/**
 * ONNX models with the sets of coupled channels that an independent library found (`NAME.onnx`, `NAME.json`): the
 * groups agree, and the export without 30 % of each gives in ONNX Runtime what the sliced graph gives.
 */
export const groupsSuite: Suite = {
  id: 'groups',
  list: (folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.onnx'))
      .map((file) => file.replace(/\.onnx$/, ''))
      .sort(),
  run,
};

async function run(folder: string, name: string): Promise<Outcome> {
  const files = filesOf(folder, `${name}.onnx`);
  const artifact = onnxFormat.read(files);
  const { graph } = artifact;
  const channels = analyseChannels(graph);
  const keep = pruneAll(graph, channels, 0.3);
  const sliced = sliceGraph(graph, channels, keep);
  const written = artifact.write(channels, keep, sliced);
  const outputs = computedOutputs(graph);
  const inputs = randomInputs(graph);
  const original = worstOf(runGraph(graph, outputs, inputs), await runOnnx(files, outputs, inputs));
  const exported = worstOf(runGraph(sliced, outputs, inputs), await runOnnx(written, outputs, inputs));
  const wanted = goldenSets(join(folder, `${name}.json`));
  const sets = wanted && differences(coupledSets(graph, channels), wanted);
  const reasons = [
    ...(sets ? sets.reasons : ['there is no list of sets beside it']),
    ...(outputs.length === graph.outputs.length
      ? []
      : [`${graph.outputs.length - outputs.length} outputs are not computed`]),
    ...(original.error <= TOLERANCE ? [] : ['the graph differs from ONNX Runtime']),
    ...(exported.error <= TOLERANCE ? [] : ['the export differs from the sliced graph']),
  ];
  const right = original.error <= TOLERANCE && exported.error <= TOLERANCE;
  return {
    status: !right || sets?.status === 'fail' ? 'fail' : (sets?.status ?? 'pass'),
    worstError: Math.max(original.error, exported.error),
    reason: reasons.join('; ').slice(0, 400),
    counts: { ...pruningCounts(graph, channels, keep), ...(wanted ? { sets: wanted.length } : {}) },
  };
}

/** The model and what may hold its weights. */
export function filesOf(folder: string, main: string): NamedBytes[] {
  const stem = main.replace(/\.onnx$/, '');
  const beside = readdirSync(folder).filter(
    (name) => name !== main && (name.startsWith(main) || name === `${stem}.data` || name === `${stem}.bin`),
  );
  return [main, ...beside].map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}

interface Differences {
  readonly status: 'pass' | 'frozen' | 'fail';
  readonly reasons: readonly string[];
}

/** Sets that are the same but for being kept whole here are no error, but must be said. */
function differences(ours: readonly CoupledSet[], theirs: readonly CoupledSet[]): Differences {
  const [found, wanted] = [new Set(ours.map(canonical)), new Set(theirs.map(canonical))];
  const frozen = new Set(ours.filter((set) => set.touches_output).map((set) => canonical(set)));
  const missing = theirs.filter((set) => !found.has(canonical(set)));
  const merelyFrozen = missing.filter((set) => frozen.has(canonical({ ...set, touches_output: true })));
  const excess = [...found].filter((set) => !wanted.has(set)).length - merelyFrozen.length;
  const wrong = missing.length - merelyFrozen.length + excess;
  const example = missing.find((set) => !merelyFrozen.includes(set));
  return {
    status: wrong > 0 ? 'fail' : merelyFrozen.length > 0 ? 'frozen' : 'pass',
    reasons: [
      ...(wrong > 0
        ? [`${wrong} sets differ${example ? `, such as ${canonical(example).slice(0, 200)}` : ''}`]
        : []),
      ...(merelyFrozen.length > 0 ? [`${merelyFrozen.length} sets are frozen here`] : []),
    ],
  };
}

function goldenSets(path: string): readonly CoupledSet[] | null {
  if (!existsSync(path)) return null;
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly sets: readonly CoupledSet[] }).sets; // the folder's own format
}
