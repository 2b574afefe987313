import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../calibration/npz';
import { startBackend } from '../../engine/backends';
import { goldenBytes, type GoldenCase } from '../../testing/golden';
import type { NamedBytes } from '../../util/files';
import { onnxFormat } from '.';
import {
  disagreement,
  pruneRandomly,
  randomSamples,
  runGraph,
  runOnnx,
  type Samples,
} from './testing/agreement';

const cases: readonly GoldenCase[] = ['vggmulti', 'resmulti', 'mobilecenter'];
const golden = (name: GoldenCase): NamedBytes => ({
  name: 'model.onnx',
  bytes: goldenBytes(name, 'model.onnx'),
});

beforeAll(async () => {
  await startBackend('wasm');
});

describe.each(cases)('%s', (name) => {
  it('computes what PyTorch computed', () => {
    const { graph, notes } = onnxFormat.read([golden(name)]);
    const images = array(name, 'calibration.npz', 'x');
    const samples = asModelInput(images, 16);
    const outputs = runGraph(graph, samples);
    const expected = new Map(
      [...outputs.keys()].map((output) => [output, array(name, 'outputs.npz', output)]),
    );
    expect(notes).toEqual([]);
    expect(disagreement(outputs, expected)).toBeLessThan(1e-4);
  });

  it.each([0.7, 0.4])(
    'exports a pruned model that runs elsewhere (%s of the channels kept)',
    async (share) => {
      const { files, sliced } = pruneRandomly([golden(name)], share);
      const [model] = files;
      for (const batch of [1, 3]) {
        const samples = randomSamples(sliced, batch);
        const elsewhere = await runOnnx(model?.bytes ?? new Uint8Array(), samples);
        expect(disagreement(runGraph(sliced, samples), elsewhere)).toBeLessThan(1e-4);
      }
    },
  );

  it('gives the same bytes when nothing is pruned', () => {
    const model = golden(name);
    const { files } = pruneRandomly([model], 1);
    expect(files.map((file) => file.name)).toEqual(['model.onnx']);
    expect(Buffer.compare(files[0]?.bytes ?? new Uint8Array(), model.bytes)).toBe(0);
  });
});

const groups = resolve(import.meta.dirname, '../../../../shared/golden/groups');
const architectures = existsSync(groups) ? readdirSync(groups).filter((file) => file.endsWith('.onnx')) : [];

/** Larger architectures, where their files are at hand; a note says so where they are not. */
describe.skipIf(architectures.length === 0)('architectures beside the repository', () => {
  it.each(architectures)('%s exports a pruned model that runs elsewhere', async (file) => {
    const { files, sliced } = pruneRandomly([{ name: file, bytes: readFileSync(`${groups}/${file}`) }], 0.7);
    const samples = randomSamples(sliced, 1);
    const elsewhere = await runOnnx(files[0]?.bytes ?? new Uint8Array(), samples);
    expect(disagreement(runGraph(sliced, samples), elsewhere)).toBeLessThan(1e-4);
  });
});

function array(name: GoldenCase, file: string, key: string): Samples {
  const found = readNpz(goldenBytes(name, file), file).find((one) => one.name === key);
  if (!found) throw new Error(`${file} holds no ${key}.`);
  return { data: Float32Array.from(found.data, Number), shape: found.shape };
}

/** The first images, [N,H,W,1] bytes, as the model takes them: [N,1,H,W] from 0 to 1. */
function asModelInput({ data, shape }: Samples, count: number): Samples {
  const [, height = 1, width = 1] = shape;
  return {
    data: data.subarray(0, count * height * width).map((value) => value / 255),
    shape: [count, 1, height, width],
  };
}
