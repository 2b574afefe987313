import type { ChangedTensor } from '../changed-tensors';
import { encodeFloats } from '../encode-floats';
import { isObject, type JsonObject } from './json';
import type { StoredWeight } from './manifest';

/** The weight with other numbers, stored as it was; quantised ones get a range that holds them all. */
export function encodeWeight(weight: StoredWeight, changed: ChangedTensor | undefined): StoredWeight {
  if (!changed) return weight;
  const { quantization } = weight;
  if (!quantization) return { ...weight, bytes: encodeFloats(changed.data, 'f32') };
  if (quantization.dtype === 'float16') return { ...weight, bytes: encodeFloats(changed.data, 'f16') };
  const levels = 2 ** (8 * weight.elementBytes) - 1;
  const lowest = changed.data.reduce((low, value) => Math.min(low, value), 0);
  const highest = changed.data.reduce((high, value) => Math.max(high, value), 0);
  const scale = highest > lowest ? (highest - lowest) / levels : 1;
  // A whole number of steps below zero, so that zero is stored exactly.
  const min = -Math.round(-lowest / scale) * scale;
  const steps = changed.data.map((value) => Math.min(levels, Math.max(0, Math.round((value - min) / scale))));
  const bytes = weight.elementBytes === 1 ? Uint8Array.from(steps) : wide(steps);
  return { ...weight, bytes, quantization: { ...quantization, min, scale } };
}

/** Brings a manifest's entry up to date with the weight: its shape, and its range where it is quantised. */
export function writeEntry(entry: unknown, weight: StoredWeight | undefined): void {
  if (!isObject(entry) || !weight) return;
  entry['shape'] = weight.shape;
  const quantization: unknown = entry['quantization'];
  if (isObject(quantization) && weight.quantization) writeRange(quantization, weight.quantization);
}

function writeRange(
  entry: JsonObject,
  { min, scale }: { readonly min: number; readonly scale: number },
): void {
  if ('scale' in entry || scale !== 1) entry['scale'] = scale;
  if ('min' in entry || min !== 0) entry['min'] = min;
}

function wide(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint16(2 * index, value, true));
  return bytes;
}
