import type { Pair } from '../../../graph/nodes';
import type { OpContext, OpTable } from '../context';
import { at, home, identityPerm } from '../layout';
import type { Activation, Tensor } from '../values';
import { constantOperand } from './broadcast';
import { resizeTaps, type Filter } from './resample';
import { scaledTarget, scalesAt, target, type Target } from './resize-target';
import { spatialInput, spatialResult } from './spatial';
import { elementsOf, unsupported, type Constant } from '../../constants/constant';
import { DataType } from '../../constants/element-types';

function resize(context: OpContext): Tensor {
  const value = context.real(0);
  if (context.node.opset < 11)
    return resized(context, value, scaledTarget(context, value, scalesAt(context, 1)), oldFilter);
  return resized(context, value, target(context, value), filterOf);
}

function upsample(context: OpContext): Tensor {
  const value = context.real(0);
  const scales = context.attributes.floats('scales') ?? scalesAt(context, 1);
  return resized(context, value, scaledTarget(context, value, scales), oldFilter);
}

function resized(
  context: OpContext,
  value: Activation,
  wanted: Target,
  filtered: (context: OpContext, scales: readonly number[]) => Filter,
): Tensor {
  const { size, scales } = wanted;
  const filter = filtered(context, scales);
  const changed = identityPerm(value.shape.length).filter(
    (axis) => scales[axis] !== 1 || size[axis] !== (value.shape[axis] ?? 1) || isCropped(wanted, axis),
  );
  if (changed.some((axis) => value.shape[axis] === null)) unsupported('it resizes the batch');
  const rank = value.shape.length;
  const spatial = (rank === 3 || rank === 4) && changed.every((axis) => axis >= 2);
  const { mode, coordinates, nearestMode } = filter;
  if (mode === 'cubic' || coordinates === 'tf_crop_and_resize' || filter.antialias || !spatial)
    return resampled(context, value, wanted, filter, changed);
  const input = spatialInput(context, value);
  const pair = (values: readonly number[]): Pair =>
    input.axes === 2 ? [at(values, 2), at(values, 3)] : [1, at(values, 2)];
  const id = context.add({
    op: 'resize',
    inputs: [input.id],
    size: pair(size),
    scales: pair(scales),
    ...{ mode, coordinates, nearestMode },
  });
  return spatialResult(context, id, input.axes);
}

function isCropped({ roi }: Target, axis: number): boolean {
  const [start, end] = roi?.[axis] ?? [0, 1];
  return start !== 0 || end !== 1;
}

const MOST_TAPS = 2 ** 20;

/** Any filter on any axes: one weighted sum of positions after the other. */
function resampled(
  context: OpContext,
  value: Activation,
  { size, scales, roi }: Target,
  filter: Filter,
  changed: readonly number[],
): Tensor {
  const perm = home(value);
  const outside = new Map<number, boolean[]>();
  const id = changed.reduce(
    (x, axis) => {
      const length = context.size(value, axis);
      if (at(size, axis) + length > MOST_TAPS) unsupported(`it resizes to ${at(size, axis)} positions`);
      const taps = resizeTaps(filter, {
        length,
        size: at(size, axis),
        scale: at(scales, axis),
        roi: roi?.[axis] ?? [0, 1],
      });
      outside.set(
        axis,
        taps.map((one) => one === null),
      );
      const inputs = [x] as const;
      return context.add({
        op: 'resample',
        inputs,
        axis: perm.indexOf(axis),
        taps: taps.map((one) => one ?? []),
      });
    },
    context.arranged(value, perm),
  );
  const fill = context.attributes.float('extrapolation_value', 0);
  const isInside = [...outside.values()].every((flags) => !flags.includes(true));
  if (fill === 0 || isInside) return context.result(id, perm);
  const beyond = constantOperand(context, outsideOf(outside, value.shape.length, fill), perm);
  return context.result(context.add({ op: 'binary', kind: 'add', inputs: [id, beyond] }), perm);
}

/** `fill` where a position lies outside along any axis, else 0. */
function outsideOf(outside: ReadonlyMap<number, readonly boolean[]>, rank: number, fill: number): Constant {
  const flags = identityPerm(rank).map((axis) => outside.get(axis) ?? [false]);
  if (elementsOf(flags.map((own) => own.length)) > MOST_TAPS) unsupported('it fills too many positions');
  const data = flags.reduce<boolean[]>(
    (cells, own) => cells.flatMap((cell) => own.map((flag) => cell || flag)),
    [false],
  );
  return {
    kind: 'constant',
    shape: flags.map((own) => own.length),
    type: DataType.FLOAT,
    data: Float32Array.from(data, (flag) => (flag ? fill : 0)),
    origin: null,
  };
}

function filterOf(context: OpContext, scales: readonly number[]): Filter {
  const { attributes } = context;
  const mode = resizeMode(attributes.string('mode', 'nearest'));
  const coordinates = attributes.string('coordinate_transformation_mode', 'half_pixel');
  const nearestMode = attributes.string('nearest_mode', 'round_prefer_floor');
  return {
    mode,
    coordinates: known(COORDINATES, coordinates) ?? unsupported(`its coordinates are ${coordinates}`),
    nearestMode: known(NEAREST, nearestMode) ?? unsupported(`it rounds by ${nearestMode}`),
    cubic: attributes.float('cubic_coeff_a', -0.75),
    antialias:
      attributes.int('antialias', 0) !== 0 && mode !== 'nearest' && scales.some((scale) => scale < 1),
    excludeOutside: attributes.int('exclude_outside', 0) !== 0,
  };
}

/** Upsample and Resize of opset 10: x/scale; nearest takes the floor, or the ceiling where it shrinks. */
function oldFilter(context: OpContext, scales: readonly number[]): Filter {
  const shrinks = scales.some((scale) => scale < 1);
  if (shrinks && scales.some((scale) => scale > 1)) unsupported('it grows one side and shrinks another');
  const mode = resizeMode(context.attributes.string('mode', 'nearest'));
  const nearestMode = shrinks ? 'ceil' : 'floor';
  return {
    ...{ mode, coordinates: 'asymmetric', nearestMode },
    ...{ cubic: -0.75, antialias: false, excludeOutside: false },
  };
}

function resizeMode(mode: string): Filter['mode'] {
  if (mode === 'nearest' || mode === 'linear' || mode === 'cubic') return mode;
  return mode === 'bilinear' ? 'linear' : unsupported(`its mode is ${mode}`);
}

const COORDINATES = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'half_pixel_symmetric',
  'tf_crop_and_resize',
] as const;
const NEAREST = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

function known<T extends string>(names: readonly T[], name: string): T | undefined {
  return names.find((one) => one === name);
}

export const resizing: OpTable = { Resize: resize, Upsample: upsample };
