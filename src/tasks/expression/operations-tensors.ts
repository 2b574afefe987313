import * as tf from '@tensorflow/tfjs-core';
import { given, logSumExp, rowsOf, rowSums } from '../gradient-tensors';

type Operation = (...operands: tf.Tensor[]) => tf.Tensor;

/**
 * An operation on elements in which what does not matter has no slope, even where the derivative is infinite.
 * @param slopes derivatives by each operand, from the operands and the value
 */
function guarded(
  operation: Operation,
  slopes: (operands: readonly tf.Tensor[], value: tf.Tensor) => readonly tf.Tensor[],
): Operation {
  const run = tf.customGrad((...args) => {
    // customGrad calls this with the operands and, last, the function that saves tensors.
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const operands = args.filter((each) => each instanceof tf.Tensor);
    const value = operation(...operands);
    save([...operands, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        slopes(saved.slice(0, -1), given(saved, saved.length - 1)).map((slope) =>
          tf.where(tf.notEqual(dy, 0), tf.mul(dy, slope), tf.zerosLike(dy)),
        ),
    };
  });
  return (...operands) => run(...operands);
}

const one = (
  operation: (x: tf.Tensor) => tf.Tensor,
  slope: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor,
): Operation =>
  guarded(
    (...operands) => operation(given(operands, 0)),
    (operands, value) => [slope(given(operands, 0), value)],
  );

const two = (
  operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  slopes: (a: tf.Tensor, b: tf.Tensor, y: tf.Tensor) => readonly [tf.Tensor, tf.Tensor],
): Operation =>
  guarded(
    (...operands) => operation(given(operands, 0), given(operands, 1)),
    (operands, value) => slopes(given(operands, 0), given(operands, 1), value),
  );

const asNumbers = (condition: tf.Tensor): tf.Tensor => tf.cast(condition, 'float32');
const ones = (x: tf.Tensor): tf.Tensor => tf.onesLike(x);
const zeros = (x: tf.Tensor): tf.Tensor => tf.zerosLike(x);

const truth = (operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Operation =>
  two(
    (a, b) => asNumbers(operation(a, b)),
    (a, b) => [zeros(a), zeros(b)],
  );

export const unaryTensors = {
  negative: one(
    (x) => tf.neg(x),
    (x) => tf.neg(ones(x)),
  ),
  abs: one(
    (x) => tf.abs(x),
    (x) => tf.sign(x),
  ),
  exp: one(
    (x) => tf.exp(x),
    (_, y) => y,
  ),
  log: one(
    (x) => tf.log(x),
    (x) => tf.reciprocal(x),
  ),
  sqrt: one(
    (x) => tf.sqrt(x),
    (x, y) => tf.where(tf.equal(y, 0), zeros(x), tf.div(0.5, y)),
  ),
  square: one(
    (x) => tf.square(x),
    (x) => tf.mul(x, 2),
  ),
  sigmoid: one(
    (x) => tf.sigmoid(x),
    (_, y) => tf.mul(y, tf.sub(1, y)),
  ),
  softplus: one(
    (x) => tf.softplus(x),
    (x) => tf.sigmoid(x),
  ),
  tanh: one(
    (x) => tf.tanh(x),
    (_, y) => tf.sub(1, tf.square(y)),
  ),
  relu: one(
    (x) => tf.relu(x),
    (x) => tf.step(x),
  ),
};

export const binaryTensors = {
  add: two(
    (a, b) => tf.add(a, b),
    (a, b) => [ones(a), ones(b)],
  ),
  subtract: two(
    (a, b) => tf.sub(a, b),
    (a, b) => [ones(a), tf.neg(ones(b))],
  ),
  multiply: two(
    (a, b) => tf.mul(a, b),
    (a, b) => [b, a],
  ),
  divide: two(
    (a, b) => tf.div(a, b),
    (_, b, y) => [tf.reciprocal(b), tf.neg(tf.div(y, b))],
  ),
  power: two(
    (a, b) => tf.pow(a, b),
    (a, b, y) => [
      tf.where(tf.equal(b, 0), zeros(a), tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
      tf.where(tf.greater(a, 0), tf.mul(y, tf.log(a)), zeros(b)),
    ],
  ),
  max: two(
    (a, b) => tf.maximum(a, b),
    (a, b) => [asNumbers(tf.greaterEqual(a, b)), asNumbers(tf.less(a, b))],
  ),
  min: two(
    (a, b) => tf.minimum(a, b),
    (a, b) => [asNumbers(tf.lessEqual(a, b)), asNumbers(tf.greater(a, b))],
  ),
  chosen: two(
    (a, b) => tf.where(tf.notEqual(a, 0), b, zeros(b)),
    (a) => [zeros(a), a],
  ),
  less: truth((a, b) => tf.less(a, b)),
  greater: truth((a, b) => tf.greater(a, b)),
  'at most': truth((a, b) => tf.lessEqual(a, b)),
  'at least': truth((a, b) => tf.greaterEqual(a, b)),
  equal: truth((a, b) => tf.equal(a, b)),
  unequal: truth((a, b) => tf.notEqual(a, b)),
};

/**
 * Operands of a batch, [batch, …] or [1, …], stretched to each other.
 * @param shape of a sample of the result
 */
export function stretched(operands: readonly tf.Tensor[], shape: readonly number[]): tf.Tensor[] {
  const batchOf = ({ shape: [batch = 1] }: tf.Tensor) => batch;
  const batch = Math.max(...operands.map(batchOf));
  const whole = [batch, ...shape];
  return operands.map((x) => {
    const own = x.shape.slice(1);
    const lead = Array.from({ length: shape.length - own.length }, () => 1);
    const aligned = tf.reshape(x, [batchOf(x), ...lead, ...own]);
    return aligned.shape.join() === whole.join() ? aligned : tf.add(aligned, tf.zeros(whole));
  });
}

/** The sum, or mean, of a batch's samples along one of their axes or of everything. */
export function totalOf(x: tf.Tensor, axis: number | null, mean: boolean): tf.Tensor {
  const sums = axis === null ? rowSums(x) : tf.sum(x, axis + 1);
  return mean ? tf.mul(sums, sums.size / x.size) : sums;
}

export function extremeOf(x: tf.Tensor, sign: 1 | -1): tf.Tensor {
  const rows = rowsOf(x);
  return sign === 1 ? tf.max(rows, 1) : tf.min(rows, 1);
}

export const logSoftmaxOf = (x: tf.Tensor, axis: number): tf.Tensor =>
  tf.sub(x, logSumExp(x, axis + 1, true));

/** The values that class numbers name along an axis; not a number where there is no such class. */
export function pickOf(x: tf.Tensor, index: tf.Tensor, axis: number): tf.Tensor {
  const length = x.shape[axis + 1] ?? 1;
  const shape = x.shape.map((_, each) => (each === axis + 1 ? length : 1));
  const isOwn = tf.equal(tf.expandDims(index, axis + 1), tf.reshape(tf.range(0, length), shape));
  const picked = tf.sum(tf.where(isOwn, x, tf.zerosLike(x)), axis + 1);
  const isClass = tf.greater(tf.sum(tf.cast(isOwn, 'float32'), axis + 1), 0);
  return tf.where(isClass, picked, tf.fill(picked.shape, NaN));
}
