import type { Dim, ValueId } from '../../../graph/graph';
import type { OpContext, OpTable } from '../context';
import { at, identityPerm } from '../layout';
import type { Activation, Tensor } from '../values';
import { unsupported } from '../../constants/constant';

/** Sums of products written as an equation, of one operand or two, each index once an operand. */
function einsum(context: OpContext): Tensor {
  const written = context.attributes.string('equation', '').replace(/\s/g, '');
  const [left = '', right] = written.split('->');
  const terms = left.split(',');
  const values = context.node.inputs.map((_, i) => context.real(i));
  if (terms.length !== values.length) context.node.fail(`the equation ${written} does not fit its inputs.`);
  const operands = values.map((value, i) => operandOf(context, at(terms, i), value));
  const output = letters(right ?? implicitOutput(left), longestEllipsis(operands));
  const [a, b] = operands;
  if (!a || operands.length > 2) return unsupported(`it multiplies ${operands.length} tensors`);
  const repeated = [...operands.map(({ indices }) => indices), output].find(
    (indices) => new Set(indices).size < indices.length,
  );
  if (repeated) unsupported(`it takes a diagonal (${written})`);
  const result = b ? product(context, a, b, output) : summed(context, a, output);
  return ordered(context, result, output);
}

/** A value whose axes are named. */
interface Named {
  readonly value: Activation;
  readonly indices: readonly string[];
}

function operandOf(context: OpContext, term: string, value: Activation): Named {
  const named = term.replace('...', '').length;
  const free = value.shape.length - named;
  if (free < 0 || (free > 0 && !term.includes('...')))
    context.node.fail(`the term ${term} does not fit ${value.shape.length} dimensions.`);
  return { value, indices: letters(term, free) };
}

/** The indices of a term, those of its ellipsis named by their distance from its end. */
function letters(term: string, ellipsis: number): string[] {
  const [before = '', after] = term.split('...');
  if (after === undefined) return Array.from(before);
  return [
    ...Array.from(before),
    ...identityPerm(ellipsis).map((i) => `…${ellipsis - i}`),
    ...Array.from(after),
  ];
}

function longestEllipsis(operands: readonly Named[]): number {
  const counts = operands.map(({ indices }) => indices.filter((index) => index.startsWith('…')).length);
  return Math.max(0, ...counts);
}

/** Without an arrow: the ellipsis, then the indices that occur once, in alphabetical order. */
function implicitOutput(left: string): string {
  const all = Array.from(left.replaceAll(',', '').replaceAll('...', ''));
  const once = all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).toSorted();
  return `${left.includes('...') ? '...' : ''}${once.join('')}`;
}

/** Sums over the indices that `wanted` lacks. */
function summed(context: OpContext, { value, indices }: Named, wanted: readonly string[]): Named {
  const gone = indices.flatMap((index, axis) => (wanted.includes(index) ? [] : [axis]));
  if (gone.length === 0) return { value, indices };
  for (const axis of gone) context.size(value, axis);
  const inputs = [context.arranged(value, identityPerm(value.shape.length))] as const;
  const id = context.add({ op: 'reduce', kind: 'sum', inputs, axes: gone, keepDims: false });
  return { value: context.result(id), indices: indices.filter((_, axis) => !gone.includes(axis)) };
}

/** As one product of matrices [shared…, rows, sums]·[shared…, sums, columns]. */
function product(context: OpContext, first: Named, second: Named, output: readonly string[]): Named {
  const a = summed(context, first, [...output, ...second.indices]);
  const b = summed(context, second, [...output, ...a.indices]);
  const both = a.indices.filter((index) => b.indices.includes(index));
  const shared = both.filter((index) => output.includes(index));
  const sums = both.filter((index) => !output.includes(index));
  const rows = a.indices.filter((index) => !both.includes(index));
  const columns = b.indices.filter((index) => !both.includes(index));
  for (const index of both)
    if (sizeOf(a, index) !== sizeOf(b, index)) unsupported(`it broadcasts along ${index}`);
  const [ownA, ownB] = [
    rows.filter((index) => sizeOf(a, index) === null),
    columns.filter((index) => sizeOf(b, index) === null),
  ];
  const inner = (indices: readonly string[]) =>
    indices.filter((index) => ![...ownA, ...ownB].includes(index));
  const leading = [...ownA, ...ownB, ...shared];
  const left = matrices(context, a, leading, inner(rows), sums);
  const right = matrices(context, b, leading, sums, inner(columns));
  const inputs = [left, right] as const;
  const id = context.add({ op: 'matmul', inputs, transposeA: false, transposeB: false });
  const indices = [...leading, ...inner(rows), ...inner(columns)];
  const shape = indices.map((index) => sizeOf(a.indices.includes(index) ? a : b, index));
  return { value: context.reshaped(context.result(id), shape), indices };
}

function sizeOf({ value, indices }: Named, index: string): Dim {
  return at(value.shape, indices.indexOf(index));
}

/** The value as [leading…, rows, columns], each of the latter joined to one axis; leading axes it lacks have length 1. */
function matrices(
  context: OpContext,
  { value, indices }: Named,
  leading: readonly string[],
  rows: readonly string[],
  columns: readonly string[],
): ValueId {
  const order = [...leading, ...rows, ...columns].flatMap((index) => {
    const axis = indices.indexOf(index);
    return axis < 0 ? [] : [axis];
  });
  const placed = context.arranged(value, order);
  const size = (index: string) => (indices.includes(index) ? at(value.shape, indices.indexOf(index)) : 1);
  const joined = (part: readonly string[]) =>
    part.reduce<number>((total, index) => total * (size(index) ?? unsupported('it sums over the batch')), 1);
  const shape = [...leading.map(size), joined(rows), joined(columns)];
  const isPlaced = rows.length === 1 && columns.length === 1 && order.length === shape.length;
  return isPlaced ? placed : context.add({ op: 'reshape', inputs: [placed] }, shape);
}

function ordered(context: OpContext, { value, indices }: Named, output: readonly string[]): Activation {
  if (indices.length !== output.length) context.node.fail('its result has an index that no input has.');
  const perm = indices.map((index) => output.indexOf(index));
  if (perm.includes(-1)) context.node.fail('its result lacks an index.');
  const id = context.arranged(value, identityPerm(indices.length));
  return context.result(id, perm);
}

export const einsums: OpTable = { Einsum: einsum };
