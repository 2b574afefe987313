import type { SourceTensor } from './source-tensors';
import type { StateTensor } from './tensor';

/** Which tensor of the ONNX file loses channels together with an entry of the state dict, and along which axes. */
export interface Match {
  readonly tensor: string;
  /** For axes of the entry those of the ONNX file's tensor. */
  readonly axes: ReadonlyMap<number, number>;
  /** Whether the entry holds the tensor's own numbers, and not what they were computed from. */
  readonly same: boolean;
  /**
   * Where the tensor is a kernel with a batch norm folded in: whether the entry is the kernel itself or the norm's
   * offset, which goes the way of the tensor `bias`.
   */
  readonly folded?: { readonly part: 'kernel' | 'offset'; readonly bias: string | null };
}

/** What is still to be matched: matched entries and tensors are taken out. */
export interface Unmatched {
  readonly entries: Map<string, StateTensor>;
  readonly tensors: Map<string, SourceTensor>;
  readonly matches: Map<string, Match>;
}

/** The tensor's axes that an entry's are, when the two differ at most by axes of length 1. */
export function matchingAxes(
  shape: readonly number[],
  tensor: Pick<SourceTensor, 'shape' | 'axes'>,
): ReadonlyMap<number, number> | null {
  const wide = (sizes: readonly number[]) =>
    sizes.flatMap((size, axis) => (size === 1 ? [] : [{ size, axis }]));
  const [own, other] = [wide(shape), wide(tensor.shape)];
  if (own.length !== other.length || own.some(({ size }, i) => size !== other[i]?.size)) return null;
  return new Map(own.map(({ axis }, i) => [axis, tensor.axes[other[i]?.axis ?? 0] ?? 0]));
}
