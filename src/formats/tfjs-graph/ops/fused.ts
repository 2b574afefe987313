import type { ValueId } from '../../../graph/graph';
import type { UnaryKind } from '../../../graph/nodes';
import type { OpContext } from '../context';
import { withSlopes } from './elementwise';
import { epsilonOf } from './normalisation';
import { unsupported } from '../../constants/constant';

/** The operators fused to a layer, in order. Their operands are the layer's inputs from the third on. */
export function fusedOps({ attributes }: OpContext): readonly string[] {
  return attributes.strings('fused_ops');
}

/** Whether the layer's third input is its bias. */
export function takesBias(fused: readonly string[]): boolean {
  return fused[0] === 'BiasAdd';
}

/** Applies what follows the bias to the layer's result, whose channels are last. */
export function applyFused(
  context: OpContext,
  layer: ValueId,
  fused: readonly string[],
  channels: number,
): ValueId {
  let value = layer;
  let next = takesBias(fused) ? 3 : 2;
  for (const op of takesBias(fused) ? fused.slice(1) : fused) {
    const fn = activation(context, op);
    if (fn) value = context.add({ op: 'unary', fn, inputs: [value] });
    else if (op === 'Prelu') value = withSlopes(context, context.result(value), context.constant(next++)).id;
    else if (op === 'FusedBatchNorm') {
      const [scale, offset] = [next, next + 1].map((index) => context.vector(index, channels, 'weight'));
      const [mean, variance] = [next + 2, next + 3].map((i) => context.vector(i, channels, 'statistic'));
      next += 4;
      const inputs = [value, scale ?? '', offset ?? '', mean ?? '', variance ?? ''] as const;
      value = context.add({ op: 'batchNorm', inputs, epsilon: epsilonOf(context) });
    } else unsupported(`${op} is fused to it`);
  }
  return value;
}

function activation({ attributes }: OpContext, op: string): UnaryKind | undefined {
  switch (op) {
    case 'Relu':
      return { kind: 'relu' };
    case 'Relu6':
      return { kind: 'clip', min: 0, max: 6 };
    case 'Elu':
      return { kind: 'elu', alpha: 1 };
    case 'LeakyRelu':
      return { kind: 'leakyRelu', alpha: attributes.float('leakyrelu_alpha', 0.2) };
    case 'Sigmoid':
      return { kind: 'sigmoid' };
    case 'Tanh':
      return { kind: 'tanh' };
    default:
      return undefined;
  }
}
