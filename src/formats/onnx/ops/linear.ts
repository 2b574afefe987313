import type { ValueId } from '../../../graph/graph';
import type { OpContext, OpTable } from '../context';
import { at, home, identityPerm } from '../layout';
import type { Activation, Tensor } from '../values';
import { constantOperand, operand } from './broadcast';
import { broadcastShapes } from '../../constants/broadcast';
import { unsupported, type Constant } from '../../constants/constant';
import { isFloat, typeName } from '../../constants/element-types';

/** alpha·A·B + beta·C */
function gemm(context: OpContext): Tensor {
  const { attributes } = context;
  const alpha = attributes.float('alpha', 1);
  const a = context.real(0);
  if (a.shape.length !== 2) context.node.fail(`input A has ${a.shape.length} dimensions, not 2.`);
  const left = attributes.int('transA', 0) !== 0 ? [1, 0] : [0, 1];
  const x = context.arranged(a, left);
  const swap = attributes.int('transB', 0) !== 0;
  const b = operand(context, 1);
  if (b.shape.length !== 2) context.node.fail(`input B has ${b.shape.length} dimensions, not 2.`);
  const columns = at(b.shape, swap ? 0 : 1) ?? unsupported('it multiplies across the batch');
  if (b.kind === 'constant') {
    const kernel = context.param(b, 'weight', swap ? [1, 0] : [0, 1], alpha);
    const bias = biasVector(context, columns);
    const id = context.add({ op: 'dense', inputs: bias === null ? [x, kernel] : [x, kernel, bias] });
    return context.result(bias === null ? plusC(context, id) : id);
  }
  const inputs = [x, context.arranged(b, [0, 1])] as const;
  const product = context.add({ op: 'matmul', inputs, transposeA: false, transposeB: swap });
  const scaled =
    alpha === 1
      ? product
      : context.add({ op: 'binary', kind: 'mul', inputs: [product, context.scalar(alpha)] });
  return context.result(plusC(context, scaled));
}

/** C as the layer's bias, where it is one number an output. */
function biasVector(context: OpContext, columns: number): ValueId | null {
  const c = context.has(2) ? operand(context, 2) : null;
  if (c?.kind !== 'constant' || c.shape.at(-1) !== columns) return null;
  if (c.shape.slice(0, -1).some((dim) => dim !== 1)) return null;
  return context.param(c, 'weight', [c.shape.length - 1], context.attributes.float('beta', 1));
}

/** product + beta·C for a C that is no bias vector */
function plusC(context: OpContext, product: ValueId): ValueId {
  const beta = context.attributes.float('beta', 1);
  if (!context.has(2) || beta === 0) return product;
  const c = operand(context, 2);
  broadcastShapes(context.builder.shape(product), c.shape);
  const perm = identityPerm(2);
  const id =
    c.kind === 'constant'
      ? constantOperand(context, c, perm)
      : context.arranged(c, identityPerm(c.shape.length));
  const scaled =
    beta === 1 ? id : context.add({ op: 'binary', kind: 'mul', inputs: [id, context.scalar(beta)] });
  return context.add({ op: 'binary', kind: 'add', inputs: [product, scaled] });
}

function matmul(context: OpContext): Tensor {
  const [a, b] = [operand(context, 0), operand(context, 1)];
  if (!isFloat(a.type)) unsupported(`it computes with ${typeName(a.type)} numbers`);
  if (a.kind === 'activation' && b.kind === 'constant' && b.shape.length === 2)
    return a.shape.length === 1 ? vectorDense(context, a, b) : dense(context, a, b);
  const [left, right] = [context.activation(0), context.activation(1)];
  const rank = Math.max(left.shape.length, right.shape.length, 2);
  if (left.shape.length < 2 || right.shape.length < 2) return vectorProduct(context, left, right);
  const inputs = [left, right].map((value) => context.arranged(value, identityPerm(value.shape.length)));
  const id = context.add({
    op: 'matmul',
    inputs: [at(inputs, 0), at(inputs, 1)],
    transposeA: false,
    transposeB: false,
  });
  return context.result(id, identityPerm(rank));
}

/** Works in any arrangement that keeps the features last. */
function dense(context: OpContext, a: Activation, kernel: Constant): Activation {
  const last = a.shape.length - 1;
  const features = context.size(a, last);
  if (features !== kernel.shape[0])
    context.node.fail(`a matrix of ${at(kernel.shape, 0)} rows does not fit ${features} features.`);
  const perm = home(a).at(-1) === last ? home(a) : batchFirst(a);
  const inputs = [context.arranged(a, perm), context.param(kernel, 'weight', [0, 1])];
  return context.result(context.add({ op: 'dense', inputs }), perm);
}

/** A vector times a constant matrix. */
function vectorDense(context: OpContext, vector: Activation, kernel: Constant): Activation {
  const row = context.reshaped(vector, [1, ...vector.shape]);
  return context.reshaped(dense(context, row, kernel), [at(kernel.shape, 1)]);
}

/** The file's order, but with the batch at the front. */
function batchFirst({ shape }: Activation): readonly number[] {
  const batch = Math.max(shape.indexOf(null), 0);
  return [batch, ...identityPerm(shape.length).filter((axis) => axis !== batch)];
}

/** One operand is a vector: it is given the axis it lacks, which the result loses again. */
function vectorProduct(context: OpContext, a: Activation, b: Activation): Activation {
  const row = a.shape.length < 2 ? context.reshaped(a, [1, ...a.shape]) : a;
  const column = b.shape.length < 2 ? context.reshaped(b, [...b.shape, 1]) : b;
  const inputs = [row, column].map((value) => context.arranged(value, identityPerm(value.shape.length)));
  const id = context.add({
    op: 'matmul',
    inputs: [at(inputs, 0), at(inputs, 1)],
    transposeA: false,
    transposeB: false,
  });
  const shape = context.builder.shape(id);
  const rank = shape.length;
  const kept = shape.filter(
    (_, axis) => !(axis === rank - 2 && row !== a) && !(axis === rank - 1 && column !== b),
  );
  return context.reshaped(context.result(id), kept);
}

export const linear: OpTable = { Gemm: gemm, MatMul: matmul };
