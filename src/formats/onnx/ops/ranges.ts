import type { Shape } from '../../../graph/graph';
import type { OpContext } from '../context';
import { at, identityPerm } from '../layout';
import { numbers, unsupported } from '../../constants/constant';
import { clampedRange } from '../../constants/range';

export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** The axes a Slice cuts, by attributes (to opset 9) or inputs; those it leaves whole are left out. */
export function sliceRanges(context: OpContext, shape: Shape): SliceRange[] {
  const list = (attribute: string, index: number) =>
    context.attributes.ints(attribute) ?? (context.has(index) ? numbers(context.constant(index)) : undefined);
  const starts = list('starts', 1) ?? context.node.fail('starts are missing.');
  const ends = list('ends', 2) ?? context.node.fail('ends are missing.');
  const axes = list('axes', 3) ?? identityPerm(starts.length);
  const steps = list('steps', 4) ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    context.node.fail('starts, ends, axes and steps have different lengths.');
  return axes.flatMap((given, i) => {
    const axis = context.axis(given, shape.length);
    const [start, end, step] = [at(starts, i), at(ends, i), at(steps, i)];
    const size = shape[axis];
    if (size === undefined || step === 0) return context.node.fail('a step is 0.');
    if (size === null) return wholeBatch(start, end, step);
    const range = clampedRange(start, end, step, size);
    if (range.count === 0) return unsupported('nothing is left of its input');
    return range.start === 0 && range.count === size && step === 1 ? [] : [{ axis, ...range }];
  });
}

function wholeBatch(start: number, end: number, step: number): [] {
  return start === 0 && end >= 2 ** 31 - 1 && step === 1 ? [] : unsupported('it takes part of the batch');
}
