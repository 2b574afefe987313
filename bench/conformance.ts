import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CaseRunner } from './conformance/case-runner';
import { printRecords, type CaseRecord, type Suite } from './conformance/record';
import { suites } from './conformance/suites';

/**
 * Holds the formats against other programs:
 *
 *     npm run conformance -- [--onnx-node DIR] [--groups DIR] [--onnx DIR] [--tfjs DIR] [--only TEXT] [--timeout 120] [--json FILE]
 *
 * Each flag names a suite's folder; without any, the suites found in the folder PAGCP_GOLDEN (../shared/golden) run.
 * `--only` runs the cases whose name contains the text. Cases run in a process of their own: one that crashes or
 * takes longer than the timeout (seconds) is a failure, and the others go on. Exit status 1 when a case fails.
 */
const { values: flags } = parseArgs({
  options: {
    'onnx-node': { type: 'string' },
    groups: { type: 'string' },
    onnx: { type: 'string' },
    tfjs: { type: 'string' },
    only: { type: 'string', default: '' },
    timeout: { type: 'string', default: '120' },
    json: { type: 'string' },
  },
});

const runner = new CaseRunner(1000 * Number(flags.timeout));
const records: CaseRecord[] = [];
for (const [suite, folder] of foldersToRun()) {
  const found = await runSuite(suite, folder);
  if (suite.summary) console.log(suite.summary(folder, found));
  printRecords(found, ({ status }) => !suite.summary || status !== 'pass');
}
runner.close();
if (records.some(({ status }) => status === 'fail')) process.exitCode = 1;

async function runSuite(suite: Suite, folder: string): Promise<CaseRecord[]> {
  const found: CaseRecord[] = [];
  for (const name of suite.list(folder)) {
    if (!name.includes(flags.only)) continue;
    const outcome = await runner.run({ suite: suite.id, folder: resolve(folder), name });
    found.push({ suite: suite.id, case: name, ...outcome });
    records.push(...found.slice(-1));
    if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify(records, null, 1));
  }
  return found;
}

function foldersToRun(): (readonly [Suite, string])[] {
  const given: Readonly<Record<string, string | undefined>> = {
    'onnx-node': flags['onnx-node'],
    groups: flags.groups,
    onnx: flags.onnx,
    tfjs: flags.tfjs,
  };
  const golden = process.env['PAGCP_GOLDEN'] ?? '../shared/golden';
  const none = Object.values(given).every((folder) => folder === undefined);
  return suites.flatMap((suite) => {
    const folder = none ? join(golden, suite.id) : given[suite.id];
    const exists = folder !== undefined && (!none || existsSync(folder));
    return exists ? [[suite, folder] as const] : [];
  });
}
