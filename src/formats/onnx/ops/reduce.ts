import type { ReduceNode } from '../../../graph/nodes';
import type { OpReader, OpTable } from '../context';
import { home, identityPerm } from '../layout';
import { unsupported } from '../../constants/constant';

/** Reductions of a single number that give the number. */
const UNCHANGED_ALONE: readonly ReduceNode['kind'][] = ['mean', 'sum', 'max', 'min', 'prod', 'logSumExp'];

function reduce(kind: ReduceNode['kind']): OpReader {
  return (context) => {
    const value = context.real(0);
    const rank = value.shape.length;
    const given = context.intsFrom('axes', 1)?.map((axis) => context.axis(axis, rank)) ?? [];
    const whole = given.length === 0;
    if (whole && context.attributes.int('noop_with_empty_axes', 0) !== 0) {
      // Whether the others still take squares or magnitudes was settled only in ONNX 1.17.
      if (!UNCHANGED_ALONE.includes(kind)) unsupported('it reduces over no axes');
      return { ...value, name: context.outputName(0) };
    }
    const axes = whole ? identityPerm(rank) : given;
    for (const axis of axes) context.size(value, axis);
    const keepDims = context.attributes.int('keepdims', 1) !== 0;
    const perm = home(value);
    const places = axes.map((axis) => perm.indexOf(axis)).sort((a, b) => a - b);
    const inputs = [context.arranged(value, perm)] as const;
    const id = context.add({ op: 'reduce', kind, inputs, axes: places, keepDims });
    return context.result(id, keepDims ? perm : remaining(perm, axes));
  };
}

/** The arrangement of the axes that are left, renumbered. */
export function remaining(perm: readonly number[], dropped: readonly number[]): number[] {
  return perm
    .filter((axis) => !dropped.includes(axis))
    .map((axis) => axis - dropped.filter((other) => other < axis).length);
}

export const reductions: OpTable = {
  ReduceMean: reduce('mean'),
  ReduceSum: reduce('sum'),
  ReduceMax: reduce('max'),
  ReduceMin: reduce('min'),
  ReduceProd: reduce('prod'),
  ReduceL1: reduce('l1'),
  ReduceL2: reduce('l2'),
  ReduceSumSquare: reduce('sumSquare'),
  ReduceLogSum: reduce('logSum'),
  ReduceLogSumExp: reduce('logSumExp'),
};
