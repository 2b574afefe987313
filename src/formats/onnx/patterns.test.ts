import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../engine/backends';
import { analyseChannels } from '../../graph/channels';
import { maskGraph } from '../../graph/testing/mask';
import { emptiedValues, sliceGraph } from '../../graph/slice';
import { onnxFormat } from '.';
import { disagreement, random, randomKeep, randomSamples, runGraph, runOnnx } from './testing/agreement';
import { architectures } from './testing/architectures';
import { fixedBatch } from './testing/architectures/fixed-batch';
import { patterns } from './testing/patterns';
import { sketched } from './testing/sketched';
import { tinyModel } from './testing/tiny';

beforeAll(async () => {
  await startBackend('wasm');
});

describe.each(Object.entries({ ...patterns, ...architectures, ...fixedBatch, ...sketched }))(
  '%s',
  (_, model) => {
    const file = { name: 'tiny.onnx', bytes: tinyModel(model) };
    const isFixed = Object.values(model.inputs)[0]?.[0] === 1;
    const artifact = onnxFormat.read([file]);
    const channels = analyseChannels(artifact.graph);

    it('is understood', () => {
      expect(artifact.notes.filter((note) => !note.endsWith('samples run one by one.'))).toEqual([]);
      expect(channels.groups).not.toEqual([]);
    });

    it.each([
      { share: 1, seed: 1 },
      { share: 0.8, seed: 2 },
      { share: 0.5, seed: 3 },
      { share: 0.1, seed: 4 },
    ])(
      'is sliced as it is masked and as it runs elsewhere, with $share of the channels',
      async ({ share, seed }) => {
        const keep = randomKeep(channels, share, random(seed));
        if (emptiedValues(channels, keep).length > 0) return;
        const sliced = sliceGraph(artifact.graph, channels, keep);
        const samples = randomSamples(sliced, isFixed ? 1 : 3, seed);
        const found = runGraph(sliced, samples);
        const [written = file] = artifact.write(channels, keep, sliced);
        expect(disagreement(found, await runOnnx(written.bytes, samples))).toBeLessThan(1e-4);
        const masked = runGraph(maskGraph(artifact.graph, channels, keep), samples);
        expect(disagreement(found, masked)).toBeLessThan(1e-4);
      },
    );
  },
);
