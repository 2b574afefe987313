import { expect, it } from 'vitest';
import { readModel } from '../formats';
import { tinyModel } from '../formats/onnx/testing/tiny';
import { bytes } from '../tasks/testing/arrays';
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

const zeros = (...shape: readonly number[]) =>
  bytes(
    shape.join(),
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0),
  );

const sized = (
  { artifact, files }: ReturnType<typeof model>,
  ...arrays: readonly ReturnType<typeof zeros>[]
) => sizedForSet(artifact, files, arrays).graph.inputs[0]?.shape.slice(1);

it('gives a model of open size that of the images, whichever axis holds their channels', () => {
  expect(sized(model('h', 'w'), zeros(2, 12, 20, 3))).toEqual([3, 12, 20]);
  expect(sized(model('h', 'w'), zeros(2, 3, 12, 20))).toEqual([3, 12, 20]);
});

it('goes by the images, not by smaller maps of labels', () => {
  expect(sized(model('h', 'w'), zeros(2, 6, 10, 3), zeros(2, 12, 20, 3))).toEqual([3, 12, 20]);
});

it('leaves models of fixed size, and sets of other channels, as they are', () => {
  expect(sized(model(8, 8), zeros(2, 12, 20, 3))).toEqual([3, 8, 8]);
  expect(sized(model('h', 'w'), zeros(2, 12, 20, 4))).toEqual([3, 256, 256]);
});
