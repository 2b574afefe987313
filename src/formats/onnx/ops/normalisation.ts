import type { ValueId } from '../../../graph/graph';
import type { OpContext, OpTable } from '../context';
import { at, channelsLast, home, identityPerm } from '../layout';
import type { Activation, Tensor } from '../values';
import { operand } from './broadcast';
import { binary } from './elementwise';
import { elementsOf, unsupported, type Constant } from '../../constants/constant';

function batchNorm(context: OpContext): Tensor {
  const { attributes } = context;
  const training =
    context.node.opset < 7 ? attributes.int('is_test', 0) === 0 : attributes.int('training_mode', 0) !== 0;
  if (training) unsupported('it is in training mode: its statistics come from the batch');
  if (attributes.int('spatial', 1) === 0) unsupported('it normalises each position on its own (spatial=0)');
  const value = context.real(0);
  const perm = channelsLast(value.shape.length);
  const vector = (index: number, role: 'weight' | 'statistic') => {
    const constant = context.constant(index);
    if (constant.shape.length !== 1 || constant.shape[0] !== value.shape[1])
      context.node.fail(
        `input ${index + 1} has shape [${constant.shape.join(', ')}]; it should have one number a channel.`,
      );
    return context.param(constant, role, [0]);
  };
  const id = context.add({
    op: 'batchNorm',
    inputs: [
      context.arranged(value, perm),
      vector(1, 'weight'),
      vector(2, 'weight'),
      vector(3, 'statistic'),
      vector(4, 'statistic'),
    ],
    epsilon: attributes.float('epsilon', 1e-5),
  });
  return context.result(id, perm);
}

function instanceNorm(context: OpContext): Tensor {
  const value = context.real(0);
  const perm = channelsLast(value.shape.length);
  const axes = perm.slice(1, -1).map((_, i) => i + 1);
  const normal = normalised(context, context.arranged(value, perm), axes);
  return context.result(affine(context, normal, context.constant(1), context.constant(2), [0]), perm);
}

/** Its second and third outputs are the mean and the inverse standard deviation. */
function layerNorm(context: OpContext): readonly Tensor[] {
  const value = context.real(0);
  const rank = value.shape.length;
  const first = context.axis(context.attributes.int('axis', -1), rank);
  const axes = identityPerm(rank).slice(first);
  for (const axis of axes) context.size(value, axis);
  const perm = home(value);
  const normal = normalised(
    context,
    context.arranged(value, perm),
    axes.map((axis) => perm.indexOf(axis)),
  );
  const result = [1, 2].reduce(
    (sum, index) => {
      if (!context.has(index)) return sum;
      return binary(context, index === 1 ? 'mul' : 'add', sum, operand(context, index));
    },
    context.result(normal, perm),
  );
  if (context.node.outputs.length === 1) return [result];
  return [result, ...moments(context, value, axes)];
}

function moments(context: OpContext, value: Activation, axes: readonly number[]): readonly Tensor[] {
  const perm = home(value);
  const places = axes.map((axis) => perm.indexOf(axis));
  const mean = (id: ValueId) =>
    context.add({ op: 'reduce', kind: 'mean', inputs: [id], axes: places, keepDims: true });
  const x = context.arranged(value, perm);
  const middle = mean(x);
  const off = context.add({ op: 'binary', kind: 'sub', inputs: [x, middle] });
  const variance = mean(context.add({ op: 'unary', fn: { kind: 'square' }, inputs: [off] }));
  const epsilon = context.scalar(context.attributes.float('epsilon', 1e-5));
  const shifted = context.add({ op: 'binary', kind: 'add', inputs: [variance, epsilon] });
  const inverse = context.add({ op: 'unary', fn: { kind: 'rsqrt' }, inputs: [shifted] });
  return [context.result(middle, perm, 1), context.result(inverse, perm, 2)];
}

/** Channels are taken apart into [groups, channels/groups] for the normalisation and joined again. */
function groupNorm(context: OpContext): Tensor {
  const value = context.real(0);
  const perm = channelsLast(value.shape.length);
  const channels = context.size(value, 1);
  const groups = context.attributes.int('num_groups') ?? context.node.fail('num_groups is missing.');
  if (groups < 1 || channels % groups !== 0)
    context.node.fail(`${channels} channels do not make ${groups} groups.`);
  const x = context.arranged(value, perm);
  const shape = context.builder.shape(x);
  const cells = value.shape.slice(2).reduce<number>((size, _, i) => size * context.size(value, i + 2), 1);
  const apart = context.add({ op: 'reshape', inputs: [x] }, [at(shape, 0), cells, groups, channels / groups]);
  const normal = normalised(context, apart, [1, 3]);
  const [scale, offset] = [context.constant(1), context.constant(2)];
  if (scale.shape[0] === channels) {
    const joined = context.add({ op: 'reshape', inputs: [normal] }, shape);
    return context.result(affine(context, joined, scale, offset, [0]), perm);
  }
  const id = affine(context, normal, scale, offset, [0, -1]);
  return context.result(context.add({ op: 'reshape', inputs: [id] }, shape), perm);
}

function normalised(context: OpContext, x: ValueId, axes: readonly number[]): ValueId {
  const epsilon = context.attributes.float('epsilon', 1e-5);
  return context.add({ op: 'normalize', inputs: [x], axes, epsilon });
}

/** x·scale + offset with vectors laid along the last axes as `perm` says */
function affine(
  context: OpContext,
  x: ValueId,
  scale: Constant,
  offset: Constant,
  perm: readonly number[],
): ValueId {
  const [scaling, shift] = [scale, offset].map((vector) => context.param(vector, 'weight', perm));
  if (scaling === undefined || shift === undefined) return context.node.fail('scale or bias is missing.');
  const scaled = context.add({ op: 'binary', kind: 'mul', inputs: [x, scaling] });
  return context.add({ op: 'binary', kind: 'add', inputs: [scaled, shift] });
}

function meanVariance(context: OpContext): Tensor {
  const value = context.real(0);
  const axes = context.attributes
    .ints('axes', [0, 2, 3])
    .map((axis) => context.axis(axis, value.shape.length));
  for (const axis of axes) context.size(value, axis);
  const perm = home(value);
  const inputs = [context.arranged(value, perm)] as const;
  const places = axes.map((axis) => perm.indexOf(axis));
  return context.result(context.add({ op: 'normalize', inputs, axes: places, epsilon: 1e-9 }), perm);
}

function lpNorm(context: OpContext): Tensor {
  const p = context.attributes.int('p', 2);
  const value = context.real(0);
  const axis = context.axis(context.attributes.int('axis', -1), value.shape.length);
  context.size(value, axis);
  const perm = home(value);
  const x = context.arranged(value, perm);
  const kind = p === 2 ? 'l2' : 'l1';
  const norm = context.add({ op: 'reduce', kind, inputs: [x], axes: [perm.indexOf(axis)], keepDims: true });
  return context.result(context.add({ op: 'binary', kind: 'div', inputs: [x, norm] }), perm);
}

/** x / (bias + alpha/size · Σ x² over `size` neighbouring channels)^beta */
function localResponse(context: OpContext): Tensor {
  const value: Activation = context.real(0);
  const size = context.attributes.int('size') ?? context.node.fail('size is missing.');
  const perm = channelsLast(value.shape.length);
  const channels = context.size(value, 1);
  const x = context.arranged(value, perm);
  const shape = context.builder.shape(x);
  const cells = elementsOf(value.shape.slice(2).map((_, i) => context.size(value, i + 2)));
  const square = context.add({ op: 'unary', fn: { kind: 'square' }, inputs: [x] });
  const column = context.add({ op: 'reshape', inputs: [square] }, [at(shape, 0), cells, channels, 1]);
  const before = Math.floor((size - 1) / 2);
  const mean = context.add(
    {
      op: 'pool',
      kind: 'average',
      inputs: [column],
      kernel: [1, size],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [0, before, 0, size - 1 - before],
      countIncludePad: true,
    },
    [at(shape, 0), cells, channels, 1],
  );
  const around = context.add({ op: 'reshape', inputs: [mean] }, shape);
  const { attributes } = context;
  const step = (kind: 'mul' | 'add' | 'pow', id: ValueId, by: number) =>
    context.add({ op: 'binary', kind, inputs: [id, context.scalar(by)] });
  const weighed = step(
    'add',
    step('mul', around, attributes.float('alpha', 1e-4)),
    attributes.float('bias', 1),
  );
  const divisor = step('pow', weighed, attributes.float('beta', 0.75));
  return context.result(context.add({ op: 'binary', kind: 'div', inputs: [x, divisor] }), perm);
}

export const normalisation: OpTable = {
  BatchNormalization: batchNorm,
  InstanceNormalization: instanceNorm,
  LayerNormalization: layerNorm,
  GroupNormalization: groupNorm,
  MeanVarianceNormalization: meanVariance,
  LpNormalization: lpNorm,
  LRN: localResponse,
};
