import { describe, expect, it } from 'vitest';
import type { GraphNode } from '../../graph/nodes';
import { readOnnx } from './reader';
import { floats, int64s, tinyModel, type TinyModel } from './testing/tiny';

const read = (model: TinyModel, inputShapes = {}) =>
  readOnnx({ name: 'tiny.onnx', bytes: tinyModel(model) }, [], { inputShapes });
const ops = (nodes: readonly GraphNode[]) => nodes.map(({ op }) => op);
const outputShape = ({ graph }: ReturnType<typeof readOnnx>) =>
  graph.values.get(graph.outputs[0]?.value ?? '')?.shape;

const image = { x: ['n', 3, 8, 8] };

describe('layout', () => {
  it('turns to channels-last once, where a convolution wants it, and back at the output', () => {
    const { graph } = read({
      inputs: image,
      outputs: ['y'],
      weights: [floats('w', [4, 3, 3, 3]), floats('v', [2, 4, 1, 1]), floats('scale', [1, 4, 1, 1])],
      nodes: [
        ['Conv', ['x', 'w'], ['a'], { pads: [1, 1, 1, 1] }],
        ['Mul', ['a', 'scale'], ['b']],
        ['Relu', ['b'], ['c']],
        ['Conv', ['c', 'v'], ['y']],
      ],
    });
    expect(ops(graph.nodes)).toEqual(['transpose', 'conv2d', 'binary', 'unary', 'conv2d', 'transpose']);
    expect(graph.params.get('w')).toMatchObject({
      shape: [3, 3, 3, 4],
      role: 'weight',
      source: { tensor: 'w', axes: [2, 3, 1, 0] },
    });
    expect(graph.params.get('scale')).toMatchObject({ shape: [4], source: { tensor: 'scale', axes: [1] } });
    expect(graph.inputs[0]?.shape).toEqual([null, 3, 8, 8]);
  });

  it('pools to a vector without any transpose', () => {
    const { graph } = read({
      inputs: { x: ['n', 1, 8, 8] },
      outputs: ['y'],
      weights: [floats('w', [4, 1, 3, 3]), floats('v', [4, 2])],
      nodes: [
        ['Conv', ['x', 'w'], ['a']],
        ['GlobalAveragePool', ['a'], ['p']],
        ['Flatten', ['p'], ['f']],
        ['Gemm', ['f', 'v'], ['y']],
      ],
    });
    expect(ops(graph.nodes)).toEqual(['reshape', 'conv2d', 'reduce', 'reshape', 'dense']);
  });

  it('lets the transposes of a channels-last file cancel out', () => {
    const { graph } = read({
      inputs: { x: ['n', 8, 8, 3] },
      outputs: ['y'],
      weights: [floats('w', [4, 3, 1, 1])],
      nodes: [
        ['Transpose', ['x'], ['t'], { perm: [0, 3, 1, 2] }],
        ['Conv', ['t', 'w'], ['a']],
        ['Transpose', ['a'], ['y'], { perm: [0, 2, 3, 1] }],
      ],
    });
    expect(ops(graph.nodes)).toEqual(['conv2d']);
  });

  it('takes the softmax of old opsets over all axes from its own on', () => {
    const softmax = (opset: number) =>
      read({ opset, inputs: image, outputs: ['y'], nodes: [['Softmax', ['x'], ['y'], { axis: 1 }]] });
    expect(ops(softmax(12).graph.nodes)).toEqual(['reshape', 'softmax', 'reshape']);
    expect(ops(softmax(13).graph.nodes)).toEqual(['softmax']);
  });
});

describe('shape arithmetic', () => {
  const flattened = (shape: TinyModel['nodes'], inputs: TinyModel['inputs'] = image) =>
    read({
      inputs,
      outputs: ['y'],
      weights: [int64s('zero', [0], []), int64s('minus', [-1]), int64s('axis0', [0]), int64s('one', [1, -1])],
      nodes: [...shape, ['Reshape', ['x', 's'], ['y']]],
    });

  it('carries the batch size as a symbol', () => {
    const reading = flattened([
      ['Shape', ['x'], ['d']],
      ['Gather', ['d', 'zero'], ['n']],
      ['Unsqueeze', ['n', 'axis0'], ['n1']],
      ['Concat', ['n1', 'minus'], ['s'], { axis: 0 }],
    ]);
    expect(outputShape(reading)).toEqual([null, 192]);
    expect(reading.notes).toEqual([]);
  });

  it('takes a literal that repeats a fixed batch size for the batch', () => {
    const reading = flattened([['Identity', ['one'], ['s']]], { x: [1, 3, 8, 8] });
    expect(reading.graph.inputs[0]?.shape).toEqual([null, 3, 8, 8]);
    expect(outputShape(reading)).toEqual([null, 192]);
  });

  it('expands by the pattern of PyTorch: Equal and Where on a shape that holds the batch', () => {
    const reading = read({
      inputs: { x: ['n', 1, 1, 8] },
      outputs: ['y'],
      weights: [
        int64s('two', [2, 3]),
        int64s('minus', [-1]),
        int64s('from', [0]),
        int64s('to', [1]),
        int64s('eight', [8]),
      ],
      nodes: [
        ['Shape', ['x'], ['d']],
        ['Slice', ['d', 'from', 'to'], ['n']],
        ['Concat', ['n', 'two', 'minus'], ['wanted'], { axis: 0 }],
        ['Shape', ['wanted'], ['rank']],
        ['ConstantOfShape', ['rank'], ['ones'], { value: int64s('', [1]) }],
        ['Mul', ['ones', 'minus'], ['open']],
        ['Equal', ['wanted', 'open'], ['same']],
        ['Where', ['same', 'ones', 'wanted'], ['s']],
        ['Expand', ['x', 's'], ['y']],
      ],
    });
    expect(outputShape(reading)).toEqual([null, 2, 3, 8]);
  });
});

describe('what is not understood', () => {
  it('is passed through and named, with everything after it', () => {
    const { graph, notes } = read({
      inputs: image,
      outputs: ['y', 'z'],
      weights: [floats('w', [4, 3, 1, 1])],
      nodes: [
        ['Conv', ['x', 'w'], ['y']],
        ['Hardmax', ['y'], ['i']],
        ['Relu', ['i'], ['z']],
      ],
    });
    expect(notes).toEqual([
      'Hardmax "Hardmax_i" is passed through untouched: this operator is not among those that are computed.',
    ]);
    expect(ops(graph.nodes)).toEqual(['transpose', 'conv2d', 'opaque', 'opaque', 'transpose']);
  });

  it('freezes a weight that something else reads as well', () => {
    const { graph } = read({
      inputs: image,
      outputs: ['y', 'z'],
      weights: [floats('w', [3, 3, 1, 1])],
      nodes: [
        ['Conv', ['x', 'w'], ['y']],
        ['NonMaxSuppression', ['w', 'y'], ['z']],
      ],
    });
    expect(graph.params.get('w constant') ?? [...graph.params.values()][0]).toMatchObject({ source: null });
  });

  it('does not merge the batch with other axes', () => {
    const { notes } = read({
      inputs: image,
      outputs: ['y'],
      weights: [int64s('s', [-1, 8])],
      nodes: [['Reshape', ['x', 's'], ['y']]],
    });
    expect(notes[0]).toContain('it merges the batch with other axes');
  });
});

describe('free dimensions', () => {
  const model: TinyModel = {
    inputs: { x: ['n', 3, 'h', 'w'] },
    outputs: ['y'],
    nodes: [['Relu', ['x'], ['y']]],
  };

  it('are assumed where they are the sides of an image, and it is said so', () => {
    const reading = read(model);
    expect(outputShape(reading)).toEqual([null, 3, 256, 256]);
    expect(reading.notes).toEqual(['The file leaves the size of the input "x" open; 3×256×256 was assumed.']);
  });

  it('are asked for where they are anything else', () => {
    expect(() => read({ ...model, inputs: { x: ['n', 'channels', 'h', 'w'] } })).toThrow(
      'tiny.onnx, input "x": the file leaves dimension 1 open. Give its sizes',
    );
  });

  it('are taken from the options', () => {
    expect(outputShape(read(model, { x: [3, 5, 6] }))).toEqual([null, 3, 5, 6]);
  });
});
