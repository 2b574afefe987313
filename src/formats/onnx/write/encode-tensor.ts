import { TensorProto_DataLocation as Location, type GraphProto, type TensorProto } from 'onnx-buf';
import type { ChangedTensor } from '../../changed-tensors';
import { encodeFloats, type FloatKind } from '../../encode-floats';
import { decodeTensor } from '../tensors';
import { DataType } from '../../constants/element-types';

const floatKinds: Partial<Record<number, FloatKind>> = {
  [DataType.FLOAT]: 'f32',
  [DataType.DOUBLE]: 'f64',
  [DataType.FLOAT16]: 'f16',
  [DataType.BFLOAT16]: 'bf16',
};

/**
 * Gives a sliced tensor other numbers in its own element type. Where the graph multiplied what is stored with a
 * constant, as the alpha of a Gemm, that is divided out again.
 */
export function encodeTensor(
  tensor: TensorProto,
  changed: ChangedTensor,
  graph: GraphProto,
  external: (tensor: TensorProto) => Uint8Array,
): void {
  const kind = floatKinds[tensor.dataType];
  if (!kind) {
    encodeQuantised(tensor, changed, graph, external);
    return;
  }
  const decoded = decodeTensor(tensor, external);
  const factor = decoded && 'data' in decoded ? factorBetween(decoded.data, changed.before) : 1;
  const values = factor === 1 ? changed.data : changed.data.map((value) => value / factor);
  setRaw(tensor, encodeFloats(values, kind));
}

/** What the stored numbers were multiplied with, told by the largest; 1 when they are all zero. */
function factorBetween(stored: ArrayLike<number>, used: Float32Array): number {
  let largest = 0;
  for (let i = 1; i < stored.length; i++)
    if (Math.abs(stored[i] ?? 0) > Math.abs(stored[largest] ?? 0)) largest = i;
  const [from = 0, to = 0] = [stored[largest], used[largest]];
  return from === 0 || to === 0 ? 1 : to / from;
}

/** Keeps the scales and zero points of the DequantizeLinear that reads the tensor: q = round(w / scale) + zero. */
function encodeQuantised(
  tensor: TensorProto,
  { data }: ChangedTensor,
  graph: GraphProto,
  external: (tensor: TensorProto) => Uint8Array,
): void {
  const node = graph.node.find(
    ({ opType, input }) => opType === 'DequantizeLinear' && input[0] === tensor.name,
  );
  const read = (index: number): ArrayLike<number> => {
    const found = graph.initializer.find(({ name }) => name === node?.input[index]);
    const decoded = found && decodeTensor(found, external);
    return decoded && 'data' in decoded ? decoded.data : [];
  };
  const [scales, zeros] = [read(1), read(2)];
  const range = integerRanges[tensor.dataType];
  if (!node || scales.length === 0 || !range) return;
  const dims = tensor.dims.map(Number);
  const given = Number(node.attribute.find(({ name }) => name === 'axis')?.i ?? 1n);
  const axis = given < 0 ? given + dims.length : given;
  const inner = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const values = Array.from(data, (value, index) => {
    const channel = scales.length === 1 ? 0 : Math.floor(index / inner) % scales.length;
    const steps = Math.round(value / (scales[channel] ?? 1)) + (zeros[channel] ?? 0);
    return Math.min(range.high, Math.max(range.low, steps));
  });
  setRaw(tensor, range.bytes(values));
}

const integerRanges: Partial<
  Record<number, { low: number; high: number; bytes: (values: number[]) => Uint8Array<ArrayBuffer> }>
> = {
  [DataType.UINT8]: { low: 0, high: 255, bytes: (values) => Uint8Array.from(values) },
  [DataType.INT8]: { low: -128, high: 127, bytes: (values) => new Uint8Array(Int8Array.from(values).buffer) },
};

function setRaw(tensor: TensorProto, bytes: Uint8Array<ArrayBuffer>): void {
  tensor.rawData = bytes;
  Object.assign(tensor, { floatData: [], int32Data: [], doubleData: [], externalData: [] });
  tensor.dataLocation = Location.DEFAULT;
}
