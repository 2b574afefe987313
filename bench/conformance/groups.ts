import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnxFormat } from '../../src/formats/onnx';
import { disagreement, randomSamples, runGraph, runOnnx } from '../../src/formats/onnx/testing/agreement';
import { analyseChannels } from '../../src/graph/channels';
import { sliceGraph } from '../../src/graph/slice';
import { canonical, coupledSets, type CoupledSet } from '../../src/graph/testing/coupled-sets';
import { pruneAll, pruningCounts } from './prune';
import type { CaseRecord } from './record';

const TOLERANCE = 1e-3;

/**
 * ONNX models with the sets of coupled channels that an independent library found (`NAME.onnx`, `NAME.json`): the
 * groups agree, and the export without 30 % of each gives in ONNX Runtime what the sliced graph gives.
 */
export async function runGroupsSuite(folder: string, only = ''): Promise<CaseRecord[]> {
  const names = readdirSync(folder).filter((file) => file.endsWith('.onnx') && file.includes(only));
  const records: CaseRecord[] = [];
  for (const file of names.sort())
    records.push({ suite: 'groups', case: file.replace('.onnx', ''), ...(await runCase(folder, file)) });
  return records;
}

async function runCase(folder: string, file: string): Promise<Omit<CaseRecord, 'suite' | 'case'>> {
  try {
    return await compare(folder, file);
  } catch (error) {
    return { status: 'fail', worstError: Infinity, reason: String(error).slice(0, 300), counts: {} };
  }
}

async function compare(folder: string, file: string): Promise<Omit<CaseRecord, 'suite' | 'case'>> {
  const bytes = new Uint8Array(readFileSync(join(folder, file)));
  const artifact = onnxFormat.read([{ name: file, bytes }]);
  const { graph } = artifact;
  const channels = analyseChannels(graph);
  const found = new Set(coupledSets(graph, channels).map(canonical));
  const wanted = new Set(goldenSets(join(folder, file.replace('.onnx', '.json'))).map(canonical));
  const keep = pruneAll(graph, channels, 0.3);
  const sliced = sliceGraph(graph, channels, keep);
  const [written] = artifact.write(channels, keep, sliced);
  const samples = randomSamples(graph, 1);
  const original = disagreement(runGraph(graph, samples), await runOnnx(bytes, samples));
  const exported = disagreement(
    runGraph(sliced, samples),
    await runOnnx(written?.bytes ?? new Uint8Array(), samples),
  );
  const differing = [...found, ...wanted].filter((set) => !found.has(set) || !wanted.has(set));
  const reasons = [
    ...(differing.length > 0 ? [`${differing.length} sets differ, such as ${differing[0] ?? ''}`] : []),
    ...(original <= TOLERANCE ? [] : ['the graph differs from ONNX Runtime']),
    ...(exported <= TOLERANCE ? [] : ['the export differs from the sliced graph']),
  ];
  return {
    status: reasons.length === 0 ? 'pass' : 'fail',
    worstError: Math.max(original, exported),
    reason: reasons.join('; ').slice(0, 300),
    counts: { ...pruningCounts(graph, channels, keep), sets: wanted.size },
  };
}

function goldenSets(path: string): readonly CoupledSet[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly sets: readonly CoupledSet[] }).sets;
}
