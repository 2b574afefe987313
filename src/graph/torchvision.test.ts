import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOnnx } from '../formats/onnx/reader';
import { analyseChannels } from './channels';
import { canonical, coupledSets, type CoupledSet } from './testing/coupled-sets';

/**
 * Coupled channels of common architectures, as found by Torch-Pruning. The models are too large for the repository:
 * PAGCP_GOLDEN names their folder.
 */
const folder = join(process.env['PAGCP_GOLDEN'] ?? '../shared/golden', 'groups');
const names = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.onnx')) : [];

describe.skipIf(names.length === 0)('coupled channels (skipped without the models in PAGCP_GOLDEN)', () => {
  it.each(names)('%s', (file) => {
    const { graph } = readOnnx({ name: file, bytes: new Uint8Array(readFileSync(join(folder, file))) });
    const golden = JSON.parse(readFileSync(join(folder, file.replace('.onnx', '.json')), 'utf8')) as {
      sets: readonly CoupledSet[];
    };
    const found = coupledSets(graph, analyseChannels(graph)).map(canonical);
    expect(found.toSorted()).toEqual(golden.sets.map(canonical).toSorted());
  });
});
