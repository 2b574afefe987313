import type { Dim, Shape } from '../../graph/graph';

/** What keeps a reshape from being resolved. */
export interface ReshapeProblem {
  readonly problem: string;
}

/**
 * The shape a Reshape gives, with the batch (`null`) kept on the leading axis.
 * @param from the input's shape
 * @param wanted the operand: sizes, 0 (copy), −1 (infer) or `null` where it was computed from the batch
 * @param fixedBatch the batch size written in the file, which a literal may repeat
 */
export function resolveReshape(
  from: Shape,
  wanted: readonly Dim[],
  allowZero = false,
  fixedBatch: number | null = null,
): Dim[] | ReshapeProblem {
  const copied = wanted.map((dim, axis) => (dim === 0 && !allowZero ? (from[axis] ?? dim) : dim));
  const copiedBatch = wanted[0] === 0 && !allowZero && from[0] === null;
  const sizes = copiedBatch ? [null, ...copied.slice(1)] : copied;
  const total = perSample(from);
  if (!from.includes(null)) return infer(sizes, total);
  if (from[0] !== null) return { problem: 'the batch is not its first axis' };
  const [first, ...rest] = sizes;
  if (rest.includes(null)) return { problem: 'it moves the batch to another axis' };
  if (first === null) return withBatch(infer(rest, total));
  const canBeBatch = first === -1 || (fixedBatch !== null && first === fixedBatch);
  const inner = canBeBatch ? withBatch(infer(rest, total)) : { problem: '' };
  return Array.isArray(inner) ? inner : { problem: 'it merges the batch with other axes' };
}

function withBatch(rest: Dim[] | ReshapeProblem): Dim[] | ReshapeProblem {
  return Array.isArray(rest) ? [null, ...rest] : rest;
}

function infer(sizes: readonly Dim[], total: number): Dim[] | ReshapeProblem {
  const open = sizes.filter((dim) => dim === -1).length;
  const known = perSample(sizes.filter((dim) => dim !== -1));
  const text = `[${sizes.map((dim) => dim ?? 'batch').join(', ')}]`;
  if (open > 1 || sizes.some((dim) => dim !== null && dim < -1)) return { problem: `${text} is no shape` };
  if (open === 1 ? known === 0 || total % known !== 0 : known !== total)
    return { problem: `${total} numbers do not fill the shape ${text}` };
  return sizes.map((dim) => (dim === -1 ? total / known : dim));
}

function perSample(shape: Shape): number {
  return shape.reduce<number>((product, dim) => product * (dim ?? 1), 1);
}
