import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNodeCase, type CaseResult, type NodeCase } from '../../src/formats/testing/onnx-node';
import type { CaseRecord } from './record';

/** The ONNX backend's node tests, listed with their operators in `manifest.json`. */
export function runOnnxNodeSuite(
  folder: string,
  only = '',
): { readonly records: CaseRecord[]; readonly results: CaseResult[] } {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as readonly NodeCase[];
  const results = manifest.filter((one) => one.case.includes(only)).map((one) => runNodeCase(folder, one));
  const records = results.map((result): CaseRecord => ({
    suite: 'onnx-node',
    case: result.case,
    status: result.status,
    worstError: result.error,
    reason: result.reason,
    counts: {},
  }));
  return { records, results };
}
