import { TensorProto_DataLocation as Location, type TensorProto } from 'onnx-buf';
import type { AxisSlice } from '../../../graph/take';
import { isExternal } from '../tensors';
import { ELEMENT_BYTES } from '../../constants/element-types';

/**
 * Keeps the given positions of some axes, in the tensor's own element type and encoding. Data from another file is
 * brought into the model.
 */
export function sliceTensor(
  tensor: TensorProto,
  slices: readonly AxisSlice[],
  external: (tensor: TensorProto) => Uint8Array,
): void {
  const width = ELEMENT_BYTES[tensor.dataType] ?? 1;
  if (isExternal(tensor)) {
    tensor.rawData = new Uint8Array(external(tensor));
    tensor.externalData = [];
    tensor.dataLocation = Location.DEFAULT;
  }
  for (const { axis, indices } of slices) {
    const blocks = blocksAlong(tensor.dims.map(Number), axis, indices);
    if (tensor.rawData.length > 0) tensor.rawData = takeBytes(tensor.rawData, blocks, width);
    tensor.floatData = takeNumbers(tensor.floatData, blocks);
    tensor.int32Data = takeNumbers(tensor.int32Data, blocks);
    tensor.int64Data = takeNumbers(tensor.int64Data, blocks);
    tensor.doubleData = takeNumbers(tensor.doubleData, blocks);
    tensor.uint64Data = takeNumbers(tensor.uint64Data, blocks);
    tensor.dims = tensor.dims.map((dim, i) => (i === axis ? BigInt(indices.length) : dim));
  }
}

/** Runs of `length` consecutive elements to keep, by their first element. */
interface Blocks {
  readonly starts: readonly number[];
  readonly length: number;
}

function blocksAlong(shape: readonly number[], axis: number, indices: readonly number[]): Blocks {
  const product = (dims: readonly number[]) => dims.reduce((size, dim) => size * dim, 1);
  const length = product(shape.slice(axis + 1));
  const size = shape[axis] ?? 1;
  const outer = product(shape.slice(0, axis));
  const starts = Array.from({ length: outer }, (_, row) =>
    indices.map((index) => (row * size + index) * length),
  ).flat();
  return { starts, length };
}

function takeBytes(bytes: Uint8Array, { starts, length }: Blocks, width: number): Uint8Array<ArrayBuffer> {
  const taken = new Uint8Array(starts.length * length * width);
  starts.forEach((start, i) =>
    taken.set(bytes.subarray(start * width, (start + length) * width), i * length * width),
  );
  return taken;
}

function takeNumbers<T>(numbers: T[], { starts, length }: Blocks): T[] {
  return numbers.length === 0 ? numbers : starts.flatMap((start) => numbers.slice(start, start + length));
}
