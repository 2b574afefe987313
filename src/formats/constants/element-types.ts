/** Element types by their numbers in onnx.proto (TensorProto.DataType). */
export const DataType = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  UINT64: 13,
  BFLOAT16: 16,
} as const;

/** Bytes of one element; types that are not here (strings, complex, sub-byte, float8) are not read. */
export const ELEMENT_BYTES: Partial<Record<number, number>> = {
  [DataType.FLOAT]: 4,
  [DataType.FLOAT16]: 2,
  [DataType.BFLOAT16]: 2,
  [DataType.DOUBLE]: 8,
  [DataType.INT8]: 1,
  [DataType.UINT8]: 1,
  [DataType.INT16]: 2,
  [DataType.UINT16]: 2,
  [DataType.INT32]: 4,
  [DataType.UINT32]: 4,
  [DataType.INT64]: 8,
  [DataType.UINT64]: 8,
  [DataType.BOOL]: 1,
};

export function isFloat(type: number): boolean {
  return (
    type === DataType.FLOAT ||
    type === DataType.FLOAT16 ||
    type === DataType.BFLOAT16 ||
    type === DataType.DOUBLE
  );
}

export function typeName(type: number): string {
  const found = Object.entries(DataType).find(([, number]) => number === type);
  return (found?.[0] ?? `type ${type}`).toLowerCase();
}
