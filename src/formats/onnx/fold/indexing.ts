import { at } from '../layout';
import { triangle } from '../ops/ranking';
import { axisOf, type Fold, type FoldTable } from './fold';
import { constant, elementsOf, numbers, unsupported } from '../../constants/constant';
import { DataType } from '../../constants/element-types';
import { rowMajorStrides } from '../../constants/strided';

const trilu: Fold = ({ node, input, optional }) => {
  const value = input(0);
  const given = optional(1);
  const offset = given ? (numbers(given)[0] ?? 0) : 0;
  const stays = triangle(value.shape.slice(-2), offset, node.attributes.int('upper', 1) !== 0);
  const data = Array.from(value.data, (element, i) => (stays[i % stays.length] === 1 ? element : 0));
  return constant(value.shape, value.type, data);
};

/** [rank, count]: where the elements are that are not 0 */
const nonZero: Fold = ({ input }) => {
  const value = input(0);
  const strides = rowMajorStrides(value.shape);
  const found = numbers(value).flatMap((element, i) => (element === 0 ? [] : [i]));
  const data = strides.flatMap((stride, axis) =>
    found.map((i) => Math.floor(i / stride) % at(value.shape, axis)),
  );
  return constant([strides.length, found.length], DataType.INT64, data);
};

/** data with updates put at indices [..., depth], each of which names a block */
const scatterND: Fold = ({ node, input }) => {
  if (node.attributes.string('reduction', 'none') !== 'none') return unsupported('it adds up its updates');
  const [value, indices, updates] = [input(0), input(1), input(2)];
  const depth = at(indices.shape, indices.shape.length - 1);
  const block = elementsOf(value.shape.slice(depth));
  const places = numbers(indices);
  const strides = rowMajorStrides(value.shape);
  const data = Array.from(value.data);
  const count = depth === 0 ? 0 : places.length / depth;
  if (updates.data.length !== count * block) node.fail('its updates do not fit its indices.');
  for (let i = 0; i < count; i++) {
    let start = 0;
    for (let axis = 0; axis < depth; axis++) {
      const [index, size] = [places[i * depth + axis] ?? 0, value.shape[axis] ?? 0];
      const counted = index < 0 ? index + size : index;
      if (counted < 0 || counted >= size) node.fail('an index is outside its axis.');
      start += counted * at(strides, axis);
    }
    for (let k = 0; k < block; k++) data[start + k] = updates.data[i * block + k] ?? null;
  }
  return constant(value.shape, value.type, data);
};

const gatherElements: Fold = (fold) => {
  const [value, indices] = [fold.input(0), fold.input(1)];
  const axis = axisOf(fold, fold.node.attributes.int('axis', 0), value.shape.length);
  if (indices.shape.length !== value.shape.length) fold.node.fail('its indices have another rank.');
  const [strides, own] = [rowMajorStrides(value.shape), rowMajorStrides(indices.shape)];
  const size = at(value.shape, axis);
  const data = numbers(indices).map((index, flat) => {
    const counted = index < 0 ? index + size : index;
    if (counted < 0 || counted >= size) fold.node.fail('an index is outside its axis.');
    const start = own.reduce((sum, stride, i) => {
      const position = i === axis ? counted : Math.floor(flat / stride) % at(indices.shape, i);
      return sum + position * at(strides, i);
    }, 0);
    return value.data[start] ?? null;
  });
  return constant(indices.shape, value.type, data);
};

export const indexingFolds: FoldTable = {
  Trilu: trilu,
  NonZero: nonZero,
  ScatterND: scatterND,
  GatherElements: gatherElements,
};
