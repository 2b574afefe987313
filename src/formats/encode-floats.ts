/** Kinds of floats that files store. `bf16` is the upper half of a float32. */
export type FloatKind = 'f16' | 'bf16' | 'f32' | 'f64';

const widths: Readonly<Record<FloatKind, number>> = { f16: 2, bf16: 2, f32: 4, f64: 8 };

/** Numbers as a file stores them, each rounded to the nearest that its kind can hold. */
export function encodeFloats(values: Float32Array, kind: FloatKind, little = true): Uint8Array<ArrayBuffer> {
  const width = widths[kind];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    const at = index * width;
    if (kind === 'f64') view.setFloat64(at, value, little);
    else if (kind === 'f32') view.setFloat32(at, value, little);
    else view.setUint16(at, kind === 'f16' ? toHalf(value) : toBrain(value), little);
  });
  return bytes;
}

const word = new DataView(new ArrayBuffer(4));

function bitsOf(value: number): number {
  word.setFloat32(0, value);
  return word.getUint32(0);
}

function toBrain(value: number): number {
  const bits = bitsOf(value);
  if (Number.isNaN(value)) return 0x7fc0;
  return Math.min(0xffff, (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
}

/** IEEE 754 binary16, ties to even; what is too large becomes infinite. */
function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const base = size < 2 ** exponent ? exponent - 1 : size >= 2 ** (exponent + 1) ? exponent + 1 : exponent;
  return sign | (((base + 15) << 10) + roundToEven((size / 2 ** base - 1) * 1024));
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
