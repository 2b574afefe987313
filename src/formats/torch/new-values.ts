import type { ChangedTensor } from '../changed-tensors';
import { encodeFloats, type FloatKind } from '../encode-floats';
import type { Match } from './matching';
import { tensorFloats, type StateTensor, type TensorKind } from './tensor';
import { transposed } from '../constants/strided';

const floatKinds: Partial<Record<TensorKind, FloatKind>> = {
  F64: 'f64',
  F32: 'f32',
  F16: 'f16',
  BF16: 'bf16',
};

/**
 * An entry of the state dict, sliced already, with the numbers that its counterpart in the ONNX file has now. Where
 * the exporter folded a batch norm into the kernel, the kernel is divided by the norm's factors again and the norm's
 * offset takes what changed in the bias, so that folding them gives the new kernel and bias.
 */
export function withNewValues(
  entry: StateTensor,
  match: Match,
  changed: ReadonlyMap<string, ChangedTensor>,
): StateTensor {
  const numbers = newNumbers(entry, match, changed);
  const kind = floatKinds[entry.kind];
  return numbers && kind ? { ...entry, bytes: encodeFloats(numbers, kind) } : entry;
}

function newNumbers(
  entry: StateTensor,
  { tensor, axes, same, folded }: Match,
  changed: ReadonlyMap<string, ChangedTensor>,
): Float32Array | null {
  const found = changed.get(tensor);
  if (same) return found ? inOrder(found, found.data, axes) : null;
  const old = folded && tensorFloats(entry);
  if (!old) return null;
  if (folded.part === 'kernel') return found ? unfolded(old, found, axes) : null;
  const bias = changed.get(folded.bias ?? '');
  return bias ? old.map((value, i) => value + (bias.data[i] ?? 0) - (bias.before[i] ?? 0)) : null;
}

/** A tensor's numbers in the axis order of the entry. */
function inOrder(
  { shape, axes: own }: ChangedTensor,
  data: Float32Array,
  axes: ReadonlyMap<number, number>,
): Float32Array {
  const perm = [...axes].sort(([a], [b]) => a - b).map(([, axis]) => own.indexOf(axis));
  return transposed(data, shape, perm);
}

/** Output channels come first in PyTorch's kernels; each was multiplied with one factor. */
function unfolded(old: Float32Array, change: ChangedTensor, axes: ReadonlyMap<number, number>): Float32Array {
  const [before, now] = [inOrder(change, change.before, axes), inOrder(change, change.data, axes)];
  const channels = change.shape[change.axes.indexOf(axes.get(0) ?? 0)] ?? 1;
  const size = old.length / channels;
  const factors = Float64Array.from({ length: channels }, (_, channel) => {
    let largest = channel * size;
    for (let i = largest; i < (channel + 1) * size; i++)
      if (Math.abs(old[i] ?? 0) > Math.abs(old[largest] ?? 0)) largest = i;
    return (before[largest] ?? 0) / (old[largest] ?? 0);
  });
  return old.map((value, i) => {
    const factor = factors[Math.floor(i / size)] ?? 0;
    return Number.isFinite(factor) && factor !== 0 ? (now[i] ?? 0) / factor : value;
  });
}
