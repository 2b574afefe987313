import type { GraphBuilder } from '../../graph/builder';
import type { Shape, ValueId } from '../../graph/graph';
import type { Activation } from './values';
import { unsupported } from '../constants/constant';

export function at<T>(items: readonly T[], index: number): T {
  if (index < 0 || index >= items.length) throw new RangeError(`no element ${index} among ${items.length}`);
  return items[index] as T; // in range, as checked
}

export function identityPerm(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** [0, 2, …, rank−1, 1] */
export function channelsLast(rank: number): number[] {
  return rank < 3 ? identityPerm(rank) : [0, ...identityPerm(rank).slice(2), 1];
}

export function permuted<T>(items: readonly T[], perm: readonly number[]): T[] {
  return perm.map((axis) => at(items, axis));
}

/** Puts items given in arranged order back into the order of the ONNX axes. */
export function unpermuted<T>(items: readonly T[], perm: readonly number[]): T[] {
  return identityPerm(perm.length).map((axis) => at(items, perm.indexOf(axis)));
}

function samePerm(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

export function isIdentity(perm: readonly number[]): boolean {
  return perm.every((axis, i) => axis === i);
}

export function activation(
  name: string,
  type: number,
  shape: Shape,
  id: ValueId,
  perm: readonly number[] = identityPerm(shape.length),
): Activation {
  return { kind: 'activation', name, type, shape, arrangements: [{ id, perm }] };
}

/** How the value was made. */
export function home(value: Activation): readonly number[] {
  return value.arrangements[0].perm;
}

/** The graph's value for `value` with its axes in the order `perm`; adds a transpose (once) where there is none. */
export function arranged(builder: GraphBuilder, value: Activation, perm: readonly number[]): ValueId {
  const found = value.arrangements.find((arrangement) => samePerm(arrangement.perm, perm));
  if (found) return found.id;
  if (value.shape.includes(null) && value.shape[perm[0] ?? 0] !== null)
    unsupported('it needs the batch axis in another place');
  const id = rearrange(builder, value, perm);
  value.arrangements.push({ id, perm: [...perm] });
  return id;
}

function rearrange(builder: GraphBuilder, value: Activation, perm: readonly number[]): ValueId {
  const from = value.arrangements[0];
  const options = { name: value.name, shape: permuted(value.shape, perm) };
  const inputs = [from.id] as const;
  if (samePerm(longAxes(value, from.perm), longAxes(value, perm)))
    return builder.add({ op: 'reshape', source: value.name, inputs }, options);
  const axes = perm.map((axis) => from.perm.indexOf(axis));
  return builder.add({ op: 'transpose', source: value.name, inputs, perm: axes }, options);
}

/** Axes that order the elements in memory: those whose length is not 1. */
function longAxes(value: Activation, perm: readonly number[]): number[] {
  return perm.filter((axis) => value.shape[axis] !== 1);
}

/** A value of the graph whose elements are in the ONNX order in memory, whatever its axes of length 1. */
export function rowMajor(builder: GraphBuilder, value: Activation): ValueId {
  const wanted = longAxes(value, identityPerm(value.shape.length));
  const found = value.arrangements.find(({ perm }) => samePerm(longAxes(value, perm), wanted));
  return found?.id ?? arranged(builder, value, identityPerm(value.shape.length));
}
