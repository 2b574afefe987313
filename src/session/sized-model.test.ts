import { expect, it } from 'vitest';
import { readModel } from '../formats';
import { int64s, tinyModel } from '../formats/onnx/testing/tiny';
import { zeros } from '../tasks/testing/arrays';
import { sizedForSet } from './sized-model';

function model(...sides: readonly (number | string)[]) {
  const tiny = tinyModel({
    inputs: { x: ['n', 3, ...sides] },
    outputs: ['y'],
    nodes: [['Relu', ['x'], ['y']]],
  });
  const files = [{ name: 'tiny.onnx', bytes: tiny }];
  return { files, artifact: readModel(files) };
}

const sized = ({ artifact, files }: ReturnType<typeof model>, ...shapes: readonly (readonly number[])[]) =>
  sizedForSet(
    artifact,
    files,
    shapes.map((shape) => zeros(shape.join(), shape)),
  ).graph.inputs[0]?.shape.slice(1);

it('gives a model of open size that of the images, whichever axis holds their channels', () => {
  expect(sized(model('h', 'w'), [2, 12, 20, 3])).toEqual([3, 12, 20]);
  expect(sized(model('h', 'w'), [2, 3, 12, 20])).toEqual([3, 12, 20]);
});

it('goes by the images, not by smaller maps of labels', () => {
  expect(sized(model('h', 'w'), [2, 6, 10, 3], [2, 12, 20, 3])).toEqual([3, 12, 20]);
});

it('does so for files that are for one sample, too', () => {
  const rows = tinyModel({
    inputs: { x: [1, 3, 'h', 'w'] },
    outputs: ['y'],
    weights: [int64s('rows', [-1, 3])],
    nodes: [
      ['Transpose', ['x'], ['t'], { perm: [0, 2, 3, 1] }],
      ['Reshape', ['t', 'rows'], ['y']],
    ],
  });
  const files = [{ name: 'rows.onnx', bytes: rows }];
  const { graph } = sizedForSet(readModel(files), files, [zeros('x', [2, 12, 20, 3])]);
  expect(graph.inputs[0]?.shape).toEqual([1, 3, 12, 20]);
  expect(graph.values.get(graph.outputs[0]?.value ?? '')?.shape).toEqual([1, 240, 3]);
});

it('leaves models of fixed size, and sets of other channels, as they are', () => {
  expect(sized(model(8, 8), [2, 12, 20, 3])).toEqual([3, 8, 8]);
  expect(sized(model('h', 'w'), [2, 12, 20, 4])).toEqual([3, 256, 256]);
});
