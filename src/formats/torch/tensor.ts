import { readNumbers, storages } from '../../calibration/typed-array';

/** Kinds of numbers by their names in safetensors. */
const kinds = {
  F64: { bytes: 8, numpy: 'f8' },
  F32: { bytes: 4, numpy: 'f4' },
  F16: { bytes: 2, numpy: 'f2' },
  BF16: { bytes: 2, numpy: null },
  F8_E4M3: { bytes: 1, numpy: null },
  F8_E5M2: { bytes: 1, numpy: null },
  I64: { bytes: 8, numpy: 'i8' },
  I32: { bytes: 4, numpy: 'i4' },
  I16: { bytes: 2, numpy: 'i2' },
  I8: { bytes: 1, numpy: 'i1' },
  U64: { bytes: 8, numpy: 'u8' },
  U32: { bytes: 4, numpy: 'u4' },
  U16: { bytes: 2, numpy: 'u2' },
  U8: { bytes: 1, numpy: 'u1' },
  BOOL: { bytes: 1, numpy: 'b1' },
} as const;

export type TensorKind = keyof typeof kinds;

/** A tensor of a state dict as it is stored: row-major, little endian. */
export interface StateTensor {
  readonly kind: TensorKind;
  readonly elementBytes: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function isTensorKind(name: string): name is TensorKind {
  return Object.hasOwn(kinds, name);
}

export function kindBytes(kind: TensorKind): number {
  return kinds[kind].bytes;
}

/** Whether numbers of the kind are rounded much more coarsely than float32. */
export function isCoarse(kind: TensorKind): boolean {
  return kind === 'F16' || kind === 'BF16';
}

/** The tensor's numbers, row-major; null for kinds that have no use as weights here. */
export function tensorFloats({ kind, bytes, elementBytes }: StateTensor): Float32Array | null {
  const count = bytes.length / elementBytes;
  if (kind === 'BF16') {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Float32Array(
      Uint32Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true) << 16).buffer,
    );
  }
  const storage = storages.get(kinds[kind].numpy ?? '');
  return storage ? Float32Array.from(readNumbers(bytes, count, storage, true)) : null;
}
