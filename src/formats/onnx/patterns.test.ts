import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../engine/backends';
import { onnxFormat } from '.';
import { disagreement, pruneRandomly, randomSamples, runGraph, runOnnx } from './testing/agreement';
import { architectures } from './testing/architectures';
import { patterns } from './testing/patterns';
import { tinyModel } from './testing/tiny';

beforeAll(async () => {
  await startBackend('wasm');
});

describe.each(Object.entries({ ...patterns, ...architectures }))('%s', (_, model) => {
  const file = { name: 'tiny.onnx', bytes: tinyModel(model) };
  const batches = Object.values(model.inputs)[0]?.[0] === 1 ? [1] : [1, 3];

  it.each([1, 0.6])('runs as elsewhere, with %s of the channels', async (share) => {
    expect(onnxFormat.read([file]).notes).toEqual([]);
    const { files, sliced } = pruneRandomly([file], share, 5);
    for (const batch of batches) {
      const samples = randomSamples(sliced, batch);
      const elsewhere = await runOnnx(files[0]?.bytes ?? file.bytes, samples);
      expect(disagreement(runGraph(sliced, samples), elsewhere)).toBeLessThan(1e-4);
    }
  });
});
