import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startWasm } from '../src/engine/testing/wasm';
import { summary } from '../src/formats/testing/onnx-node';
import { runGroupsSuite } from './conformance/groups';
import { runOnnxNodeSuite } from './conformance/onnx-node';
import { printRecords, type CaseRecord } from './conformance/record';
import { runTfjsSuite } from './conformance/tfjs';

/**
 * Holds the formats against other programs:
 *
 *     npm run conformance -- [--onnx-node DIR] [--groups DIR] [--tfjs DIR] [--only TEXT] [--json FILE]
 *
 * Each flag names a suite's folder; without any, the suites found in the folder PAGCP_GOLDEN (../shared/golden) run.
 * `--only` runs the cases whose name contains the text. Exit status 1 when a case fails.
 */
const { values: flags } = parseArgs({
  options: {
    'onnx-node': { type: 'string' },
    groups: { type: 'string' },
    tfjs: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});

const folders = foldersToRun();
await startWasm();
const records: CaseRecord[] = [];
if (folders.onnxNode !== undefined) {
  const suite = runOnnxNodeSuite(folders.onnxNode, flags.only);
  console.log(summary(suite.results));
  printRecords(suite.records, ({ status }) => status !== 'pass');
  records.push(...suite.records);
}
if (folders.groups !== undefined) records.push(...print(await runGroupsSuite(folders.groups, flags.only)));
if (folders.tfjs !== undefined) records.push(...print(await runTfjsSuite(folders.tfjs, flags.only)));
if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify(records, null, 1));
if (records.some(({ status }) => status === 'fail')) process.exitCode = 1;

function print(found: readonly CaseRecord[]): readonly CaseRecord[] {
  printRecords(found);
  return found;
}

interface Folders {
  readonly onnxNode: string | undefined;
  readonly groups: string | undefined;
  readonly tfjs: string | undefined;
}

function foldersToRun(): Folders {
  const given = { onnxNode: flags['onnx-node'], groups: flags.groups, tfjs: flags.tfjs };
  if (Object.values(given).some((folder) => folder !== undefined)) return given;
  const golden = process.env['PAGCP_GOLDEN'] ?? '../shared/golden';
  const found = (name: string) => (existsSync(join(golden, name)) ? join(golden, name) : undefined);
  return { onnxNode: found('onnx-node'), groups: found('groups'), tfjs: found('tfjs') };
}
