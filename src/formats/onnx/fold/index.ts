import type { TensorProto } from 'onnx-buf';
import type { Shape } from '../../../graph/graph';
import { identityPerm } from '../layout';
import type { OnnxNode } from '../node';
import { arithmeticFolds } from './arithmetic';
import { axisOf, foldInput, sizesOf, type Fold, type FoldInput, type FoldTable } from './fold';
import { indexingFolds } from './indexing';
import { dimsOf, shapeFolds, sizeOf } from './shapes';
import {
  asFloat32,
  constant,
  elementsOf,
  numbers,
  unsupported,
  type Constant,
} from '../../constants/constant';
import { DataType } from '../../constants/element-types';

const range: Fold = ({ input }) => {
  const [start = 0, limit = 0, step = 1] = [0, 1, 2].map((index) => numbers(input(index))[0]);
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= 2 ** 24)) return unsupported(`it would make a constant of ${count} numbers`);
  return constant(
    [count],
    input(0).type,
    Array.from({ length: count }, (_, i) => start + i * step),
  );
};

/** The operator's value is a one-element tensor, put after the inputs by `foldNode`; 0 when there is none. */
function constantOfShape({ input, optional }: FoldInput): Constant {
  const shape = sizesOf(input(0));
  const value = optional(1);
  const total = elementsOf(shape);
  if (total > 2 ** 24) unsupported(`it would make a constant of ${total} numbers`);
  return constant(shape, value?.type ?? DataType.FLOAT, new Array<number>(total).fill(value?.data[0] ?? 0));
}

function reduction(fn: (values: readonly number[]) => number): Fold {
  return (fold) => {
    const value = fold.input(0);
    const rank = value.shape.length;
    const given = fold.optional(1);
    const listed = fold.node.attributes.ints('axes') ?? (given && numbers(given)) ?? identityPerm(rank);
    const axes = listed.map((axis) => axisOf(fold, axis, rank));
    if (axes.length !== rank) return unsupported('it reduces a constant along some axes only');
    const shape = fold.node.attributes.int('keepdims', 1) === 0 ? [] : value.shape.map(() => 1);
    return constant(shape, value.type, [fn(numbers(value))]);
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** (x − zero point)·scale, for the whole tensor or by channel */
const dequantize: Fold = (fold) => {
  const [value, scale, zero] = [fold.input(0), fold.input(1), fold.optional(2)];
  if (scale.shape.length > 1) return unsupported('it is quantised by blocks');
  const rank = value.shape.length;
  const single = elementsOf(scale.shape) === 1;
  const axis = single ? 0 : axisOf(fold, fold.node.attributes.int('axis', 1), rank);
  const inner = single ? Infinity : elementsOf(value.shape.slice(axis + 1));
  const [factors, zeros] = [asFloat32(scale), zero ? numbers(zero) : []];
  const data = Float32Array.from(value.data, (q, i) => {
    const channel = Math.floor(i / inner) % factors.length;
    return ((q ?? 0) - (zeros[channel] ?? 0)) * (factors[channel] ?? 1);
  });
  return constant(value.shape, DataType.FLOAT, data, value.origin);
};

const folds: FoldTable = {
  ...shapeFolds,
  ...arithmeticFolds,
  ...indexingFolds,
  Range: range,
  ConstantOfShape: constantOfShape,
  ReduceProd: reduction((values) => values.reduce((product, value) => product * value, 1)),
  ReduceSum: reduction(sum),
  ReduceMax: reduction((values) => Math.max(...values)),
  ReduceMin: reduction((values) => Math.min(...values)),
  DequantizeLinear: dequantize,
};

/** What a node's input is, as far as folding asks. */
export type FoldOperand = Constant | { readonly kind: 'activation'; readonly shape: Shape } | undefined;

/**
 * Computes a node whose result is known while reading.
 * @param decode reads a tensor that is an attribute
 * @returns its outputs, or `null` where they depend on the model's input
 * @throws Unsupported, InputError
 */
export function foldNode(
  node: OnnxNode,
  inputs: readonly FoldOperand[],
  decode: (tensor: TensorProto) => Constant,
): readonly Constant[] | null {
  const [first] = inputs;
  if (first?.kind === 'activation' && node.op === 'Shape') return [dimsOf({ node }, first.shape)];
  if (first?.kind === 'activation' && node.op === 'Size') return [sizeOf(first.shape)];
  const fold = Object.hasOwn(folds, node.op) ? folds[node.op] : undefined;
  const constants = inputs.map((input) => (input?.kind === 'constant' ? input : undefined));
  if (!fold || inputs.length === 0 || inputs.some((input, i) => input !== constants[i])) return null;
  if (spreadsOverBatch(node, inputs)) return null;
  const value = node.op === 'ConstantOfShape' ? node.attributes.tensor('value') : undefined;
  const result = fold(foldInput(node, value ? [...constants, decode(value)] : constants));
  return 'kind' in result ? [result] : result;
}

/** An Expand of a constant to one copy a sample, which is a value of the graph. */
export function spreadsOverBatch({ op }: OnnxNode, [value, shape]: readonly FoldOperand[]): boolean {
  return (
    op === 'Expand' &&
    value?.kind === 'constant' &&
    shape?.kind === 'constant' &&
    Array.from(shape.data).includes(null)
  );
}
