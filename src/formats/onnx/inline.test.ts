import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../engine/backends';
import { onnxFormat } from '.';
import { disagreement, pruneRandomly, randomSamples, runGraph, runOnnx } from './testing/agreement';
import { branching, calling } from './testing/inlined';
import { floats, tinyModel } from './testing/tiny';

beforeAll(async () => {
  await startBackend('wasm');
});

describe.each(
  Object.entries({ 'a branch that is always taken': branching, 'functions of the model': calling }),
)('%s', (_, model) => {
  const file = { name: 'tiny.onnx', bytes: tinyModel(model) };

  it('is written out and can be pruned', async () => {
    const { files, sliced, channels } = pruneRandomly([file], 0.6, 5);
    expect(channels.groups.map(({ frozen }) => frozen === null)).toContain(true);
    const samples = randomSamples(sliced, 2);
    expect(files[0]?.bytes).not.toEqual(file.bytes);
    const elsewhere = await runOnnx(files[0]?.bytes ?? file.bytes, samples);
    expect(disagreement(runGraph(sliced, samples), elsewhere)).toBeLessThan(1e-4);
  });

  it('computes what the file does', async () => {
    const { graph } = onnxFormat.read([file]);
    const samples = randomSamples(graph, 2);
    expect(disagreement(runGraph(graph, samples), await runOnnx(file.bytes, samples))).toBeLessThan(1e-4);
  });
});

describe('a branch that depends on the input', () => {
  it('is passed through, and what it reads is kept whole', () => {
    const [conv, , , , branch, last] = branching.nodes;
    const nodes = [
      conv,
      ['ReduceSum', ['a'], ['s'], { keepdims: 0 }],
      ['Greater', ['s', 'zero'], ['narrow']],
      branch,
      last,
    ];
    const bytes = tinyModel({
      ...branching,
      weights: [...(branching.weights ?? []), floats('zero', [])],
      nodes: nodes.flatMap((node) => (node ? [node as (typeof branching.nodes)[number]] : [])),
      inputs: { x: [1, 3, 6, 6] },
    });
    const { notes } = onnxFormat.read([{ name: 'tiny.onnx', bytes }], {});
    expect(notes[0]).toContain('passed through untouched');
  });
});
