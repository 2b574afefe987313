import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNodeCase, summary, type NodeCase } from '../../src/formats/testing/onnx-node';
import type { Suite } from './record';

/** The ONNX backend's node tests: a folder a case, listed with their operators in `manifest.json` if there is one. */
export const onnxNodeSuite: Suite = {
  id: 'onnx-node',
  list: (folder) => manifest(folder).map((one) => one.case),
  run: (folder, name) => {
    const { status, error, reason } = runNodeCase(folder, name);
    return Promise.resolve({ status, worstError: error, reason, counts: {} });
  },
  summary: (folder, records) => {
    const ops = new Map(manifest(folder).map((one) => [one.case, one.ops]));
    return summary(records.map(({ case: name, status }) => ({ status, ops: ops.get(name) ?? [] })));
  },
};

function manifest(folder: string): readonly Pick<NodeCase, 'case' | 'ops'>[] {
  const path = join(folder, 'manifest.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as readonly NodeCase[]; // the folder's own format
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'model.onnx')));
  return names.sort().map((name) => ({ case: name, ops: ['(not listed)'] }));
}
