import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../engine/backends';
import { runNodeCase, summary, type NodeCase } from './onnx-node';

const sample = `${import.meta.dirname}/onnx-node`;
const everything = process.env['ONNX_NODE_DIR'];

beforeAll(async () => {
  await startBackend('wasm');
});

describe('ONNX node tests', () => {
  it.each(cases(sample))('$case', (one) => {
    expect(runNodeCase(sample, one.case)).toMatchObject({ status: 'pass' });
  });
});

describe.runIf(everything)('all ONNX node tests', () => {
  it('computes no wrong answer', { timeout: 600_000 }, () => {
    const folder = everything ?? sample;
    const results = cases(folder).map((one) => ({ ...runNodeCase(folder, one.case), ops: one.ops }));
    process.stdout.write(`${summary(results)}\n`);
    expect(results.filter(({ status }) => status === 'fail')).toEqual([]);
  });
});

function cases(folder: string): NodeCase[] {
  return JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as NodeCase[]; // the folder's own format
}
