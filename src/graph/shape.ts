import type { Dim, Shape } from './graph';
import type { GraphNode } from './nodes';
import { pooledSize, transposedSize } from './spatial';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A node before it is part of a graph. */
export type NewNode = DistributiveOmit<GraphNode, 'id' | 'output'>;

/** A new node whose source is told apart from it. */
export type UnsourcedNode = DistributiveOmit<NewNode, 'source'>;

/** Inputs that do not fit the operator. The message says what was found and what was wanted. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/**
 * The shape of a node's output.
 * @param inputs shapes of the node's inputs
 * @param declared the output's shape where the node alone does not determine it: pool, reshape, expand, opaque
 * @throws ShapeError
 */
export function inferShape(node: NewNode, inputs: readonly Shape[], declared?: Shape): Shape {
  const shape = shapeOf(node, inputs, declared);
  shape.forEach((dim, axis) => {
    if (dim === null && axis > 0) fail(`the batch axis would become axis ${axis} of ${show(shape)}`);
    if (dim !== null && !(Number.isInteger(dim) && dim > 0))
      fail(`the output would be empty: ${show(shape)}`);
  });
  return shape;
}

function shapeOf(node: NewNode, inputs: readonly Shape[], declared: Shape | undefined): Shape {
  const x = input(inputs, 0);
  switch (node.op) {
    case 'conv2d':
      return withBias(inputs, convShape(node, x, sizes(input(inputs, 1), 4)));
    case 'convTranspose2d':
      return withBias(inputs, convTransposeShape(node, x, sizes(input(inputs, 1), 4)));
    case 'dense': {
      const [from, to] = sizes(input(inputs, 1), 2) as [number, number];
      if (x.at(-1) !== from) fail(`the kernel takes ${from} features but the input is ${show(x)}`);
      return withBias(inputs, [...x.slice(0, -1), to]);
    }
    case 'matmul':
      return matmulShape(x, input(inputs, 1), node.transposeA, node.transposeB);
    case 'batchNorm':
      for (const vector of inputs.slice(1))
        if (vector.length !== 1 || vector[0] !== x.at(-1))
          fail(`statistics of shape ${show(vector)} for an input of shape ${show(x)}`);
      return x;
    case 'binary':
      return broadcast(x, input(inputs, 1));
    case 'where':
      return broadcast(x, broadcast(input(inputs, 1), input(inputs, 2)));
    case 'prelu': {
      const shape = broadcast(x, input(inputs, 1));
      if (!sameShape(shape, x)) fail(`slopes of shape ${show(input(inputs, 1))} do not fit ${show(x)}`);
      return x;
    }
    case 'softmax':
    case 'logSoftmax':
      axisOf(x, node.axis);
      return x;
    case 'normalize':
      for (const axis of node.axes) axisOf(x, axis);
      return x;
    case 'unary':
    case 'identity':
      return x;
    case 'pool': {
      const shape = required(declared);
      if (x.length !== 4 || shape.length !== 4 || shape[0] !== x[0] || shape[3] !== x[3])
        fail(`pooling cannot turn ${show(x)} into ${show(shape)}`);
      return shape;
    }
    case 'reduce':
      return reduceShape(x, node.axes, node.keepDims);
    case 'argReduce':
      return reduceShape(x, [node.axis], node.keepDims);
    case 'topK': {
      if (node.count > fixed(x, node.axis)) fail(`${show(x)} has no ${node.count} elements along an axis`);
      return replaced(x, node.axis, node.count);
    }
    case 'cumSum':
      fixed(x, node.axis);
      return x;
    case 'resample': {
      const size = fixed(x, node.axis);
      if (node.taps.some((taps) => taps.some(({ index }) => !(index >= 0 && index < size))))
        fail(`taps reach outside axis ${node.axis} of ${show(x)}`);
      return replaced(x, node.axis, node.taps.length);
    }
    case 'concat':
      return concatShape(inputs, node.axis);
    case 'slice':
      return sliceShape(node, x);
    case 'gather': {
      const size = fixed(x, node.axis);
      if (node.indices.some((i) => !Number.isInteger(i) || i < 0 || i >= size))
        fail(`indices reach outside axis ${node.axis} of ${show(x)}`);
      return replaced(x, node.axis, node.indices.length);
    }
    case 'pad':
      if (node.pads.length !== x.length) fail(`${node.pads.length} pairs of pads for ${show(x)}`);
      return x.map((dim, axis) => {
        const [before, after] = node.pads[axis] ?? [0, 0];
        if (dim === null && (before !== 0 || after !== 0)) fail('the batch axis cannot be padded');
        return dim === null ? null : dim + before + after;
      });
    case 'resize':
      spatial(x);
      return [x[0] ?? null, node.size[0], node.size[1], x[3] ?? null];
    case 'reshape':
      return reshaped(x, required(declared));
    case 'transpose':
      if (node.perm.length !== x.length || new Set(node.perm).size !== x.length)
        fail(`the permutation [${node.perm.join(', ')}] does not fit ${show(x)}`);
      return node.perm.map((axis) => axisOf(x, axis));
    case 'expand': {
      const shape = required(declared);
      if (!sameShape(broadcast(x, shape), shape)) fail(`${show(x)} does not broadcast to ${show(shape)}`);
      return shape;
    }
    case 'opaque':
      return required(declared);
  }
}

function withBias([, , bias]: readonly Shape[], output: Shape): Shape {
  if (bias && !sameShape(bias, output.slice(-1)))
    fail(`a bias of shape ${show(bias)} does not fit an output of shape ${show(output)}`);
  return output;
}

function convShape(node: NewNode & { op: 'conv2d' }, x: Shape, kernel: readonly number[]): Shape {
  const [height, width, channels] = spatial(x);
  const [kh, kw, ci, co] = kernel as [number, number, number, number];
  if (ci * node.groups !== channels || co % node.groups !== 0)
    fail(`the kernel ${show(kernel)} with groups=${node.groups} does not fit an input of shape ${show(x)}`);
  const [top, left, bottom, right] = node.pads;
  const rows = pooledSize(height, kh, node.strides[0], node.dilations[0], top + bottom, false);
  const columns = pooledSize(width, kw, node.strides[1], node.dilations[1], left + right, false);
  return [x[0] ?? null, rows, columns, co];
}

function convTransposeShape(
  node: NewNode & { op: 'convTranspose2d' },
  x: Shape,
  kernel: readonly number[],
): Shape {
  const [height, width, channels] = spatial(x);
  const [kh, kw, co, ci] = kernel as [number, number, number, number];
  if (ci !== channels || ci % node.groups !== 0)
    fail(`the kernel ${show(kernel)} with groups=${node.groups} does not fit an input of shape ${show(x)}`);
  const [top, left, bottom, right] = node.pads;
  const [sy, sx] = node.strides;
  const rows = transposedSize(height, kh, sy, node.dilations[0], top + bottom, node.outputPadding[0]);
  const columns = transposedSize(width, kw, sx, node.dilations[1], left + right, node.outputPadding[1]);
  return [x[0] ?? null, rows, columns, co * node.groups];
}

function matmulShape(a: Shape, b: Shape, transposeA: boolean, transposeB: boolean): Shape {
  if (a.length < 2 || b.length < 2) fail(`cannot multiply ${show(a)} by ${show(b)}`);
  const [rows, inner] = lastTwo(a, transposeA);
  const [innerB, columns] = lastTwo(b, transposeB);
  if (inner !== innerB) fail(`cannot multiply ${show(a)} by ${show(b)}`);
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), rows, columns];
}

function lastTwo(shape: Shape, swap: boolean): [Dim, Dim] {
  const [first, second] = [shape.at(-2) ?? null, shape.at(-1) ?? null];
  return swap ? [second, first] : [first, second];
}

/** numpy broadcasting; the batch axis meets itself or a length of 1. */
function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = dimFromEnd(a, rank - axis);
    const right = dimFromEnd(b, rank - axis);
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    return fail(`${show(a)} and ${show(b)} do not broadcast`);
  });
}

function dimFromEnd(shape: Shape, fromEnd: number): Dim {
  return fromEnd > shape.length ? 1 : (shape[shape.length - fromEnd] ?? null);
}

function reduceShape(x: Shape, axes: readonly number[], keepDims: boolean): Shape {
  for (const axis of axes) fixed(x, axis);
  return keepDims
    ? x.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : x.filter((_, axis) => !axes.includes(axis));
}

function concatShape(inputs: readonly Shape[], axis: number): Shape {
  const x = input(inputs, 0);
  const total = inputs.reduce((sum, shape) => sum + fixed(shape, axis), 0);
  for (const shape of inputs)
    if (!sameShape(replaced(shape, axis, total), replaced(x, axis, total)))
      fail(`cannot join ${inputs.map(show).join(' and ')} along axis ${axis}`);
  return replaced(x, axis, total);
}

function sliceShape(node: NewNode & { op: 'slice' }, x: Shape): Shape {
  const size = fixed(x, node.axis);
  const last = node.start + (node.count - 1) * node.step;
  if (node.count > 0 && (node.start < 0 || node.start >= size || last < 0 || last >= size))
    fail(`elements ${node.start} to ${last} reach outside axis ${node.axis} of ${show(x)}`);
  return replaced(x, node.axis, node.count);
}

function reshaped(from: Shape, to: Shape): Shape {
  const batches = [from, to].filter((shape) => shape[0] === null).length;
  if (batches === 1) fail(`the batch axis would be merged: ${show(from)} to ${show(to)}`);
  if (elements(from) !== elements(to)) fail(`${show(from)} cannot be reshaped to ${show(to)}`);
  return to;
}

/** Number of elements, for one input where the leading axis is the batch. */
export function elements(shape: Shape): number {
  return shape.reduce<number>((product, dim) => product * (dim ?? 1), 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** `[batch, 28, 28, 3]` */
export function show(shape: Shape): string {
  return `[${shape.map((dim) => dim ?? 'batch').join(', ')}]`;
}

function spatial(x: Shape): [number, number, number] {
  if (x.length !== 4) fail(`wants [batch, height, width, channels] but the input is ${show(x)}`);
  return [fixed(x, 1), fixed(x, 2), fixed(x, 3)];
}

function sizes(shape: Shape, rank: number): readonly number[] {
  if (shape.length !== rank) fail(`the kernel is ${show(shape)} but should have ${rank} axes`);
  return shape.map((_, axis) => fixed(shape, axis));
}

function fixed(shape: Shape, axis: number): number {
  return axisOf(shape, axis) ?? fail(`the batch axis cannot be used here (${show(shape)})`);
}

function axisOf(shape: Shape, axis: number): Dim {
  const dim = shape[axis];
  return dim === undefined ? fail(`there is no axis ${axis} in ${show(shape)}`) : dim;
}

function input(inputs: readonly Shape[], index: number): Shape {
  return inputs[index] ?? fail(`input ${index + 1} is missing`);
}

function required(declared: Shape | undefined): Shape {
  return declared ?? fail('its output shape must be given');
}

function replaced(shape: Shape, axis: number, dim: number): Shape {
  return shape.map((old, i) => (i === axis ? dim : old));
}

function fail(message: string): never {
  throw new ShapeError(message);
}
