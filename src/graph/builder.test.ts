import { describe, expect, it } from 'vitest';
import { InputError } from '../util/errors';
import { GraphBuilder } from './builder';
import type { Shape, ValueId } from './graph';

function weight(b: GraphBuilder, name: string, shape: readonly number[]): ValueId {
  const data = new Float32Array(shape.reduce((product, dim) => product * dim, 1));
  return b.param({ name, shape, data, role: 'weight', source: null });
}

const plain = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], groups: 1 } as const;

describe('GraphBuilder', () => {
  it('infers shapes from the operators', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [null, 9, 9, 3]);
    const y = b.add({
      op: 'conv2d',
      source: 'conv',
      inputs: [x, weight(b, 'k', [3, 3, 3, 8])],
      ...plain,
      strides: [2, 2],
      pads: [1, 1, 1, 1],
    });
    expect(b.shape(y)).toEqual([null, 5, 5, 8]);
    const up = b.add({
      op: 'convTranspose2d',
      source: 'up',
      inputs: [y, weight(b, 'u', [2, 2, 4, 8])],
      ...plain,
      strides: [2, 2],
      outputPadding: [0, 0],
    });
    expect(b.shape(up)).toEqual([null, 10, 10, 4]);
    const mean = b.add({
      op: 'reduce',
      kind: 'mean',
      source: 'gap',
      inputs: [up],
      axes: [1, 2],
      keepDims: false,
    });
    expect(b.shape(mean)).toEqual([null, 4]);
    const logits = b.add({ op: 'dense', source: 'fc', inputs: [mean, weight(b, 'fc', [4, 10])] });
    b.output('logits', logits);
    const graph = b.build();
    expect(graph.nodes.map((node) => node.op)).toEqual(['conv2d', 'convTranspose2d', 'reduce', 'dense']);
    expect(graph.values.get(logits)?.shape).toEqual([null, 10]);
  });

  it('broadcasts as numpy does, the batch only with itself or 1', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [null, 4, 4, 6]);
    const add = (other: ValueId) => b.add({ op: 'binary', kind: 'add', source: 'add', inputs: [x, other] });
    expect(b.shape(add(weight(b, 'c', [6])))).toEqual([null, 4, 4, 6]);
    expect(b.shape(add(weight(b, 'c', [1, 4, 1, 1])))).toEqual([null, 4, 4, 6]);
    expect(() => add(weight(b, 'c', [2, 1, 1, 1]))).toThrow(InputError);
  });

  it('keeps ids unique and the names of the source', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [null, 4]);
    const relu = () =>
      b.add({ op: 'unary', fn: { kind: 'relu' }, source: 'relu', inputs: [x] }, { name: 'y' });
    const [first, second] = [relu(), relu()];
    expect(first).not.toBe(second);
    const { values } = b.build();
    expect([values.get(first)?.name, values.get(second)?.name]).toEqual(['y', 'y']);
  });

  it.each<[string, Shape]>([
    ['the batch axis would be merged', [12, 4]],
    ['cannot be reshaped', [null, 7]],
  ])('says where shapes do not fit: %s', (problem, shape) => {
    const b = new GraphBuilder('net.onnx');
    const x = b.input('x', [null, 3, 4]);
    const reshape = () => b.add({ op: 'reshape', source: 'flat', inputs: [x] }, { shape });
    expect(reshape).toThrow(InputError);
    expect(reshape).toThrow(problem);
    expect(reshape).toThrow('net.onnx, reshape "flat"');
  });
});
