import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataLocation, type GraphProto } from 'onnx-buf';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../engine/backends';
import type { NamedBytes } from '../../util/files';
import { disagreement, pruneRandomly, randomSamples, runGraph, runOnnx } from './testing/agreement';
import { floats, int64s, tensor, tinyModel, type TinyModel } from './testing/tiny';
import { DataType } from '../constants/element-types';

beforeAll(async () => {
  await startBackend('wasm');
});

/** Prunes a hand-written model and checks that ONNX Runtime computes what the sliced graph computes. */
async function pruned(
  model: TinyModel,
  others: readonly NamedBytes[] = [],
  batches = [1, 3],
): Promise<GraphProto> {
  const file = { name: 'tiny.onnx', bytes: tinyModel(model) };
  const { files, sliced, channels } = pruneRandomly([file, ...others], 0.6, 3);
  expect(channels.groups.some(({ frozen }) => frozen === null)).toBe(true);
  const [written] = files;
  if (!written) throw new Error('Nothing was written.');
  expect(written.bytes.length).not.toBe(file.bytes.length);
  for (const batch of batches) {
    const samples = randomSamples(sliced, batch);
    expect(disagreement(runGraph(sliced, samples), await runOnnx(written.bytes, samples))).toBeLessThan(1e-4);
  }
  const proto = fromBinary(ModelProtoSchema, written.bytes);
  expect(proto.metadataProps.map(({ value }) => value)).toEqual(['a test']);
  if (!proto.graph) throw new Error('There is no graph.');
  return proto.graph;
}

const image = { x: ['n', 3, 8, 8] };
const first = ['Conv', ['x', 'w1'], ['a']] as const;
const head = ['Conv', ['b', 'w2'], ['y']] as const;
const dims = (graph: GraphProto, name: string) =>
  graph.initializer.find((one) => one.name === name)?.dims.map(Number);

describe('weights', () => {
  it('slices both ends of a layer and leaves the rest alone', async () => {
    const graph = await pruned({
      inputs: image,
      outputs: ['y'],
      weights: [floats('w1', [8, 3, 1, 1]), floats('w2', [4, 8, 1, 1]), int64s('unused', [1, 2])],
      nodes: [first, ['Relu', ['a'], ['b']], head],
    });
    const [kept = 0] = dims(graph, 'w1') ?? [];
    expect(kept).toBeLessThan(8);
    expect(dims(graph, 'w2')).toEqual([4, kept, 1, 1]);
    expect(dims(graph, 'unused')).toEqual([2]);
    expect(graph.node.map(({ name }) => name)).toEqual(['Conv_a', 'Relu_b', 'Conv_y']);
  });

  it('keeps half floats and bytes in their own type', async () => {
    const halves = Uint16Array.from({ length: 24 }, (_, i) => 0x3800 + 37 * i);
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => i * 5);
    const graph = await pruned({
      opset: 13,
      inputs: image,
      outputs: ['y'],
      weights: [
        tensor('h', [8, 3, 1, 1], DataType.FLOAT16, new Uint8Array(halves.buffer)),
        tensor('q', [4, 8, 1, 1], DataType.UINT8, bytes),
        tensor('s', [], DataType.FLOAT, new Uint8Array(Float32Array.of(0.01).buffer)),
        tensor('z', [], DataType.UINT8, Uint8Array.of(80)),
      ],
      nodes: [
        ['Cast', ['h'], ['w1'], { to: DataType.FLOAT }],
        ['DequantizeLinear', ['q', 's', 'z'], ['w2']],
        first,
        ['Relu', ['a'], ['b']],
        head,
      ],
    });
    const types = Object.fromEntries(graph.initializer.map(({ name, dataType }) => [name, dataType]));
    expect(types).toMatchObject({ h: DataType.FLOAT16, q: DataType.UINT8 });
    expect(dims(graph, 'h')?.[0]).toBe(dims(graph, 'q')?.[1]);
  });

  it('slices weights that are Constant nodes, and transposed ones', async () => {
    await pruned({
      inputs: { x: ['n', 6] },
      outputs: ['y'],
      weights: [floats('w2', [8, 4])],
      nodes: [
        ['Constant', [], ['k'], { value: floats('', [8, 6]) }],
        ['Transpose', ['k'], ['kt'], { perm: [1, 0] }],
        ['MatMul', ['x', 'kt'], ['a']],
        ['Constant', [], ['c'], { value: floats('', [8]) }],
        ['Add', ['a', 'c'], ['b']],
        ['MatMul', ['b', 'w2'], ['y']],
      ],
    });
  });

  it('slices equal tensors that are shared through Identity each in its own way', async () => {
    const graph = await pruned({
      inputs: image,
      outputs: ['y'],
      weights: [
        ...['w1', 'v1'].map((name, i) => floats(name, [8, 3, 1, 1], i + 1)),
        ...['w2', 'v2'].map((name, i) => floats(name, [4, 8, 1, 1], i + 3)),
        floats('bias', [8]),
      ],
      nodes: [
        ['Identity', ['bias'], ['bias2']],
        ['Conv', ['x', 'w1', 'bias'], ['a']],
        ['Conv', ['x', 'v1', 'bias2'], ['b']],
        ['Conv', ['a', 'w2'], ['c']],
        ['Conv', ['b', 'v2'], ['d']],
        ['Add', ['c', 'd'], ['y']],
      ],
    });
    expect(dims(graph, 'bias2')).toEqual(dims(graph, 'v1')?.slice(0, 1));
    expect(graph.node.map(({ opType }) => opType)).not.toContain('Identity');
  });

  it('takes weights from files beside the model and puts the sliced ones inside', async () => {
    const data = Float32Array.from({ length: 24 }, (_, i) => Math.cos(i));
    const outside = tensor('w1', [8, 3, 1, 1], DataType.FLOAT, new Uint8Array());
    outside.dataLocation = TensorProto_DataLocation.EXTERNAL;
    outside.externalData.push(
      { $typeName: 'onnx.StringStringEntryProto', key: 'location', value: 'weights.bin' },
      { $typeName: 'onnx.StringStringEntryProto', key: 'offset', value: '8' },
    );
    const bytes = new Uint8Array(8 + data.byteLength);
    bytes.set(new Uint8Array(data.buffer), 8);
    const graph = await pruned(
      {
        inputs: image,
        outputs: ['y'],
        weights: [outside, floats('w2', [4, 8, 1, 1])],
        nodes: [first, ['Relu', ['a'], ['b']], head],
      },
      [{ name: 'weights.bin', bytes }],
    );
    expect(graph.initializer[0]?.externalData).toEqual([]);
  });
});

describe('numbers of channels that are written out', () => {
  const weights = [floats('w1', [12, 3, 1, 1]), floats('w2', [4, 12, 1, 1], 2)];

  it.each([9, 12, 13, 18])('split sizes, slice bounds and gathered channels, opset %s', async (opset) => {
    const parts = opset < 13 ? [] : ['half'];
    const slice: TinyModel['nodes'] =
      opset < 10
        ? [['Slice', ['b0'], ['b1'], { starts: [2], ends: [7], axes: [1] }]]
        : [['Slice', ['b0', 'from', 'to', 'axis'], ['b1'], {}]];
    await pruned({
      opset,
      inputs: image,
      outputs: ['y'],
      weights: [
        floats('w1', [12, 3, 1, 1]),
        floats('w2', [4, 11, 1, 1], 2),
        int64s('half', [7, 5]),
        int64s('from', [2]),
        int64s('to', [7]),
        int64s('axis', [1]),
        int64s('some', [4, 0, 2, 1, 3, 4]),
      ],
      nodes: [
        first,
        ['Split', ['a', ...parts], ['b0', 'c0'], { axis: 1, ...(opset < 13 ? { split: [7, 5] } : {}) }],
        ...slice,
        ['Gather', ['c0', 'some'], ['c1'], { axis: 1 }],
        ['Concat', ['b1', 'c1'], ['b'], { axis: 1 }],
        head,
      ],
    });
  });

  it('reshapes: a channel shuffle and a flatten', async () => {
    await pruned({
      inputs: image,
      outputs: ['y'],
      weights: [
        ...weights,
        int64s('apart', [-1, 2, 6, 8, 8]),
        int64s('joined', [-1, 12, 8, 8]),
        int64s('flat', [-1, 256]),
        floats('w3', [256, 5]),
      ],
      nodes: [
        first,
        ['Reshape', ['a', 'apart'], ['r']],
        ['Transpose', ['r'], ['t'], { perm: [0, 2, 1, 3, 4] }],
        ['Reshape', ['t', 'joined'], ['b']],
        ['Conv', ['b', 'w2'], ['c']],
        ['Reshape', ['c', 'flat'], ['f']],
        ['Gemm', ['f', 'w3'], ['y']],
      ],
    });
  });

  it('expand, depthwise groups and a per-channel scale that is reshaped', async () => {
    const graph = await pruned({
      inputs: image,
      outputs: ['y'],
      weights: [
        ...weights,
        floats('d', [12, 1, 3, 3]),
        floats('gamma', [12]),
        int64s('shape', [1, 12, 1, 1]),
        int64s('target', [1, 12, 6, 6]),
      ],
      nodes: [
        first,
        ['Conv', ['a', 'd'], ['e'], { group: 12 }],
        ['Reshape', ['gamma', 'shape'], ['g']],
        ['Mul', ['e', 'g'], ['m']],
        ['GlobalAveragePool', ['m'], ['p']],
        ['Expand', ['p', 'target'], ['q']],
        ['Add', ['m', 'q'], ['b']],
        head,
      ],
    });
    const group = graph.node[1]?.attribute.find(({ name }) => name === 'group')?.i;
    expect(Number(group)).toBe(dims(graph, 'd')?.[0]);
  });

  it('resize sizes, with a batch that the file fixes', async () => {
    await pruned(
      {
        inputs: { x: [1, 3, 8, 8] },
        outputs: ['y'],
        weights: [...weights, int64s('sizes', [1, 12, 16, 16])],
        nodes: [
          first,
          [
            'Resize',
            ['a', '', '', 'sizes'],
            ['b'],
            { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
          ],
          head,
        ],
      },
      [],
      [1],
    );
  });
});
