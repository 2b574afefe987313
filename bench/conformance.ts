import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startWasm } from '../src/engine/testing/wasm';
import { printRecords, type CaseRecord } from './conformance/record';
import { runTfjsSuite } from './conformance/tfjs';

const { values: flags } = parseArgs({
  options: {
    tfjs: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
await startWasm();
const records: CaseRecord[] = [];
if (flags.tfjs !== undefined) records.push(...(await runTfjsSuite(flags.tfjs, flags.only)));
printRecords(records);
if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify(records, null, 1));
