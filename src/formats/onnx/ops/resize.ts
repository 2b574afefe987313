import type { Pair, ResizeNode } from '../../../graph/graph';
import type { OpContext, OpTable } from '../context';
import { at, identityPerm } from '../layout';
import { numbers, unsupported, type Activation, type Tensor } from '../values';
import { spatialInput, spatialResult } from './spatial';

interface Target {
  readonly size: readonly number[];
  readonly scales: readonly number[];
}

type Sampling = Pick<ResizeNode, 'mode' | 'coordinates' | 'nearestMode'>;

function resize(context: OpContext): Tensor {
  const value = context.real(0);
  if (context.node.opset < 11)
    return resized(context, value, scaledTarget(context, value, scalesAt(context, 1)), oldSampling);
  return resized(context, value, target(context, value), sampling);
}

function upsample(context: OpContext): Tensor {
  const value = context.real(0);
  const scales = context.attributes.floats('scales') ?? scalesAt(context, 1);
  return resized(context, value, scaledTarget(context, value, scales), oldSampling);
}

function resized(
  context: OpContext,
  value: Activation,
  { size, scales }: Target,
  sampled: (context: OpContext, scales: readonly number[]) => Sampling,
): Tensor {
  const changed = identityPerm(value.shape.length).filter(
    (axis) => scales[axis] !== 1 || size[axis] !== value.shape[axis],
  );
  if (changed.some((axis) => axis < 2 && value.shape[axis] !== null))
    unsupported('it resizes channels or the batch');
  const input = spatialInput(context, value);
  const pair = (values: readonly number[]): Pair =>
    input.axes === 2 ? [at(values, 2), at(values, 3)] : [1, at(values, 2)];
  const id = context.add({
    op: 'resize',
    inputs: [input.id],
    size: pair(size),
    scales: pair(scales),
    ...sampled(context, scales),
  });
  return spatialResult(context, id, input.axes);
}

function scalesAt(context: OpContext, index: number): readonly number[] {
  return context.optionalNumbers(index) ?? context.node.fail('scales are missing.');
}

/** From the inputs `scales` or `sizes` (opset 11 on), for all axes or those named by `axes`. */
function target(context: OpContext, value: Activation): Target {
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
    return sizedTarget(value, (axis) => fill(given, axis, value.shape[axis] ?? null), context.fixedBatch);
  }
  const scales = scalesAt(context, 2);
  return scaledTarget(
    context,
    value,
    identityPerm(rank).map((axis) => fill(scales, axis, 1) ?? 1),
  );
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

function scaledTarget(context: OpContext, value: Activation, scales: readonly number[]): Target {
  if (scales.length !== value.shape.length || scales.some((scale) => !(scale > 0)))
    context.node.fail(`scales [${scales.join(', ')}] do not fit ${value.shape.length} dimensions.`);
  const size = value.shape.map((dim, axis) => Math.floor(Math.fround((dim ?? 1) * at(scales, axis))));
  return { size, scales };
}

function sampling(context: OpContext, scales: readonly number[]): Sampling {
  const { attributes } = context;
  const mode = resizeMode(attributes.string('mode', 'nearest'));
  if (attributes.int('antialias', 0) !== 0 && scales.some((scale) => scale < 1) && mode === 'linear')
    unsupported('it filters while it shrinks (antialias)');
  const coordinates = attributes.string('coordinate_transformation_mode', 'half_pixel');
  const nearestMode = attributes.string('nearest_mode', 'round_prefer_floor');
  return {
    mode,
    coordinates: known(COORDINATES, coordinates) ?? unsupported(`its coordinates are ${coordinates}`),
    nearestMode: known(NEAREST, nearestMode) ?? unsupported(`it rounds by ${nearestMode}`),
  };
}

/** Upsample and Resize of opset 10: x/scale; nearest takes the floor, or the ceiling where it shrinks. */
function oldSampling(context: OpContext, scales: readonly number[]): Sampling {
  const shrinks = scales.some((scale) => scale < 1);
  if (shrinks && scales.some((scale) => scale > 1)) unsupported('it grows one side and shrinks another');
  const mode = resizeMode(context.attributes.string('mode', 'nearest'));
  return { mode, coordinates: 'asymmetric', nearestMode: shrinks ? 'ceil' : 'floor' };
}

function resizeMode(mode: string): 'nearest' | 'linear' {
  if (mode === 'nearest' || mode === 'linear') return mode;
  return mode === 'bilinear' ? 'linear' : unsupported(`its mode is ${mode}`);
}

const COORDINATES = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'half_pixel_symmetric',
] as const;
const NEAREST = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

function known<T extends string>(names: readonly T[], name: string): T | undefined {
  return names.find((one) => one === name);
}

export const resizing: OpTable = { Resize: resize, Upsample: upsample };
