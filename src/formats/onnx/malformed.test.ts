import { TensorProto_DataLocation } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../util/errors';
import { onnxFormat } from '.';
import { floats, int64s, tensor, tinyModel, type TinyModel } from './testing/tiny';
import { DataType } from '../constants/element-types';

const open = (bytes: Uint8Array) => onnxFormat.read([{ name: 'bad.onnx', bytes }]);
const image = { x: ['n', 3, 4, 4] };
const relu: TinyModel = { inputs: image, outputs: ['y'], nodes: [['Relu', ['x'], ['y']]] };

const outside = (location: string) => {
  const weight = tensor('w', [2, 3, 1, 1], DataType.FLOAT, new Uint8Array());
  weight.dataLocation = TensorProto_DataLocation.EXTERNAL;
  weight.externalData.push({ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: location });
  return weight;
};
const conv = (weight: ReturnType<typeof outside>): TinyModel => ({
  inputs: image,
  outputs: ['y'],
  weights: [weight],
  nodes: [['Conv', ['x', 'w'], ['y']]],
});

describe('files that cannot be used', () => {
  it.each<[string, Uint8Array, string]>([
    ['truncated', tinyModel(relu).subarray(0, 60), 'bad.onnx: this is not a whole ONNX file'],
    ['of another kind', new TextEncoder().encode('GIF89a, not a network'), 'bad.onnx: '],
    ['empty', new Uint8Array(), 'bad.onnx: the model holds no graph.'],
    [
      'cyclic',
      tinyModel({
        ...relu,
        nodes: [
          ['Add', ['x', 'y'], ['a']],
          ['Relu', ['a'], ['y']],
        ],
      }),
      'node "Add_a" (Add): it depends on its own output',
    ],
    [
      'dangling',
      tinyModel({ ...relu, nodes: [['Relu', ['q'], ['y']]] }),
      'node "Relu_y" (Relu): it reads "q", which nothing makes.',
    ],
    [
      'with an output nobody makes',
      tinyModel({ ...relu, outputs: ['z'] }),
      'bad.onnx, z: nothing makes this value.',
    ],
    [
      'with a name made twice',
      tinyModel({
        ...relu,
        nodes: [
          ['Relu', ['x'], ['y']],
          ['Relu', ['x'], ['y']],
        ],
      }),
      'it makes "y", which exists already.',
    ],
    ['of no opset', tinyModel({ ...relu, opset: 0 }), 'operator set 0'],
    [
      'with a huge weight',
      tinyModel(conv(tensor('w', [2 ** 20, 2 ** 20], DataType.FLOAT, new Uint8Array()))),
      'weight w: its shape',
    ],
    [
      'with a negative size',
      tinyModel(conv(tensor('w', [-2, 3, 1, 1], DataType.FLOAT, new Uint8Array(24)))),
      'weight w: its shape',
    ],
    [
      'with too little data',
      tinyModel(conv(tensor('w', [2, 3, 1, 1], DataType.FLOAT, new Uint8Array(20)))),
      'weight w: it has 20 bytes where its shape [2, 3, 1, 1] needs 24.',
    ],
    [
      'with a kernel that does not fit',
      tinyModel(conv(floats('w', [2, 5, 1, 1]))),
      'node "Conv_y" (Conv): a kernel of shape [2, 5, 1, 1] does not fit 3 input channels.',
    ],
    [
      'with data that was not given',
      tinyModel(conv(outside('w.bin'))),
      'its data lies in the file "w.bin", which was not given.',
    ],
    [
      'with data outside its folder',
      tinyModel(conv(outside('../../etc/passwd'))),
      "outside the model's folder",
    ],
    [
      'with an attribute of a wrong kind',
      tinyModel({ ...relu, nodes: [['LeakyRelu', ['x'], ['y'], { alpha: 'much' }]] }),
      'attribute alpha should be FLOAT but is STRING',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => open(bytes)).toThrow(InputError);
    expect(() => open(bytes)).toThrow(message);
  });

  it('gives up on constants of absurd size instead of making them', () => {
    const { notes } = open(
      tinyModel({
        ...relu,
        weights: [int64s('s', [2 ** 20, 2 ** 20])],
        nodes: [
          ['ConstantOfShape', ['s'], ['c']],
          ['Add', ['x', 'c'], ['y']],
        ],
      }),
    );
    expect(notes[0]).toContain('it would make a constant of');
  });
});
