import type { OpContext } from '../context';
import { at, identityPerm } from '../layout';
import type { Activation } from '../values';
import { numbers, unsupported } from '../../constants/constant';

/** Size of each axis of a Resize's output, and the ratio that maps its positions. */
export interface Target {
  readonly size: readonly number[];
  readonly scales: readonly number[];
  /** What is cropped of each axis, as shares of it. */
  readonly roi?: readonly (readonly [start: number, end: number])[];
}

export function scalesAt(context: OpContext, index: number): readonly number[] {
  return context.optionalNumbers(index) ?? context.node.fail('scales are missing.');
}

/** From the inputs `scales` or `sizes` (opset 11 on), for all axes or those named by `axes`. */
export function target(context: OpContext, value: Activation): Target {
  const rank = value.shape.length;
  const axes = context.attributes.ints('axes')?.map((axis) => context.axis(axis, rank)) ?? identityPerm(rank);
  const fill = (given: readonly (number | null)[], axis: number, otherwise: number | null) => {
    if (given.length !== axes.length)
      context.node.fail(`${given.length} sizes or scales for ${axes.length} axes.`);
    const i = axes.indexOf(axis);
    return i < 0 ? otherwise : at(given, i);
  };
  const sizes = context.optionalConstant(3);
  if (sizes && sizes.data.length > 0) {
    const policy = context.attributes.string('keep_aspect_ratio_policy', 'stretch');
    if (policy !== 'stretch') return proportionalTarget(context, value, axes, numbers(sizes), policy);
    const given = Array.from(sizes.data);
    const wanted = (axis: number) => fill(given, axis, value.shape[axis] ?? null);
    return { ...sizedTarget(value, wanted, context.fixedBatch), ...cropOf(context, rank, axes) };
  }
  if (isCropping(context)) unsupported('it crops by scales');
  const scales = scalesAt(context, 2);
  return scaledTarget(
    context,
    value,
    identityPerm(rank).map((axis) => fill(scales, axis, 1) ?? 1),
  );
}

function isCropping({ attributes }: OpContext): boolean {
  return attributes.string('coordinate_transformation_mode', '') === 'tf_crop_and_resize';
}

/** The input `roi`: the starts of the axes, then their ends. */
function cropOf(context: OpContext, rank: number, axes: readonly number[]): Pick<Target, 'roi'> {
  if (!isCropping(context)) return {};
  const given = context.optionalNumbers(1) ?? context.node.fail('what to crop is missing.');
  if (given.length !== 2 * axes.length)
    context.node.fail(`its crop has ${given.length} numbers for ${axes.length} axes.`);
  const roi = identityPerm(rank).map((axis): readonly [number, number] => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 1] : [at(given, i), at(given, i + axes.length)];
  });
  return { roi };
}

function sizedTarget(
  value: Activation,
  wanted: (axis: number) => number | null,
  fixedBatch: number | null,
): Target {
  const size = value.shape.map((dim, axis) => {
    const given = wanted(axis);
    if (dim === null && (given === null || given === fixedBatch)) return 1;
    return given ?? unsupported('a size depends on the batch');
  });
  return { size, scales: size.map((length, axis) => length / (value.shape[axis] ?? 1)) };
}

/** One scale for all the axes: the largest that stays within the sizes, or the smallest that fills them. */
function proportionalTarget(
  context: OpContext,
  value: Activation,
  axes: readonly number[],
  sizes: readonly number[],
  policy: string,
): Target {
  const ratios = axes.map((axis, i) => at(sizes, i) / context.size(value, axis));
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  const scales = value.shape.map((_, axis) => (axes.includes(axis) ? scale : 1));
  const size = value.shape.map((dim, axis) => Math.floor((dim ?? 1) * at(scales, axis) + 0.5));
  return { size, scales };
}

export function scaledTarget(context: OpContext, value: Activation, scales: readonly number[]): Target {
  if (scales.length !== value.shape.length || scales.some((scale) => !(scale > 0)))
    context.node.fail(`scales [${scales.join(', ')}] do not fit ${value.shape.length} dimensions.`);
  const size = value.shape.map((dim, axis) => Math.floor(Math.fround((dim ?? 1) * at(scales, axis))));
  return { size, scales };
}
