import { TensorProto_DataLocation as Location, type TensorProto } from 'onnx-buf';
import { DataType, ELEMENT_BYTES, isFloat, typeName } from '../constants/element-types';

/** Largest number of elements a single tensor may have. */
const MAX_ELEMENTS = 2 ** 30;

export interface DecodedTensor {
  readonly shape: readonly number[];
  readonly type: number;
  /** Row-major; floats of any width as float32, integers exactly up to 2^53. */
  readonly data: Float32Array | Float64Array;
}

export interface TensorProblem {
  readonly problem: string;
}

/**
 * Reads a tensor's numbers.
 * @param external resolves the bytes of a tensor that is kept in another file
 * @returns the numbers, or what is wrong with them; `null` for element types that are not read
 */
export function decodeTensor(
  tensor: TensorProto,
  external: (tensor: TensorProto) => Uint8Array,
): DecodedTensor | TensorProblem | null {
  const width = ELEMENT_BYTES[tensor.dataType];
  if (width === undefined) return null;
  const shape = tensor.dims.map(Number);
  const count = elementCount(shape);
  if (count === null) return { problem: `its shape [${shape.join(', ')}] is not possible.` };
  const raw = isExternal(tensor) ? external(tensor) : tensor.rawData;
  if (raw.length > 0 || count === 0) {
    if (raw.length !== count * width)
      return {
        problem: `it has ${raw.length} bytes where its shape [${shape.join(', ')}] needs ${count * width}.`,
      };
    return { shape, type: tensor.dataType, data: decodeRaw(raw, tensor.dataType, count) };
  }
  const numbers = typedField(tensor);
  if (numbers.length !== count)
    return {
      problem: `it has ${numbers.length} ${typeName(tensor.dataType)} values where its shape [${shape.join(', ')}] needs ${count}.`,
    };
  return { shape, type: tensor.dataType, data: decodeNumbers(numbers, tensor.dataType) };
}

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === Location.EXTERNAL;
}

/** Product of the dims, or `null` when one is negative or the product is beyond all bounds. */
function elementCount(shape: readonly number[]): number | null {
  let count = 1;
  for (const dim of shape) {
    if (!Number.isInteger(dim) || dim < 0) return null;
    count *= dim;
    if (count > MAX_ELEMENTS) return null;
  }
  return count;
}

function decodeRaw(raw: Uint8Array, type: number, count: number): Float32Array | Float64Array {
  const bytes = new Uint8Array(raw); // an aligned copy; slice() of a Node Buffer would be a view
  const view = new DataView(bytes.buffer);
  switch (type) {
    case DataType.FLOAT:
      return new Float32Array(bytes.buffer);
    case DataType.DOUBLE:
      return Float32Array.from(new Float64Array(bytes.buffer));
    case DataType.FLOAT16:
      return Float32Array.from(new Uint16Array(bytes.buffer), halfToFloat);
    case DataType.BFLOAT16:
      return Float32Array.from(new Uint16Array(bytes.buffer), brainToFloat);
    case DataType.INT8:
      return Float64Array.from(new Int8Array(bytes.buffer));
    case DataType.INT16:
      return Float64Array.from(new Int16Array(bytes.buffer));
    case DataType.UINT16:
      return Float64Array.from(new Uint16Array(bytes.buffer));
    case DataType.INT32:
      return Float64Array.from(new Int32Array(bytes.buffer));
    case DataType.UINT32:
      return Float64Array.from(new Uint32Array(bytes.buffer));
    case DataType.INT64:
      return Float64Array.from({ length: count }, (_, i) => Number(view.getBigInt64(i * 8, true)));
    case DataType.UINT64:
      return Float64Array.from({ length: count }, (_, i) => Number(view.getBigUint64(i * 8, true)));
    default:
      return Float64Array.from(bytes);
  }
}

/** The field that holds a tensor's numbers when they are not raw bytes (see onnx.proto, TensorProto). */
function typedField(tensor: TensorProto): readonly number[] | readonly bigint[] {
  switch (tensor.dataType) {
    case DataType.FLOAT:
      return tensor.floatData;
    case DataType.DOUBLE:
      return tensor.doubleData;
    case DataType.INT64:
      return tensor.int64Data;
    case DataType.UINT32:
    case DataType.UINT64:
      return tensor.uint64Data;
    default:
      return tensor.int32Data;
  }
}

function decodeNumbers(
  numbers: readonly number[] | readonly bigint[],
  type: number,
): Float32Array | Float64Array {
  const decoded = Float64Array.from(numbers, Number);
  if (type === DataType.FLOAT16) return Float32Array.from(decoded, halfToFloat);
  if (type === DataType.BFLOAT16) return Float32Array.from(decoded, brainToFloat);
  return isFloat(type) ? Float32Array.from(decoded) : decoded;
}

/** IEEE 754 binary16 */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32 */
function brainToFloat(bits: number): number {
  word.setUint32(0, bits * 65536);
  return word.getFloat32(0);
}
