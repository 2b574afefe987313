import type { OpContext, OpReader, OpTable } from '../context';
import type { Activation } from '../values';
import { applyFused, fusedOps, takesBias } from './fused';
import { unsupported, type Constant } from '../../constants/constant';

/** @param names of the attributes that say whether an operand is transposed */
function matmul([first, second]: readonly [string, string]): OpReader {
  return (context) => {
    const [a, b] = [context.operand(0), context.operand(1)];
    const [transposeA, transposeB] = [context.attributes.bool(first), context.attributes.bool(second)];
    if (a.kind === 'activation' && b.kind === 'constant' && b.shape.length === 2 && !transposeA)
      return dense(context, context.real(0), b, transposeB);
    if (fusedOps(context).length > 0) unsupported('something is fused to a product that is no layer');
    const inputs = [context.real(0).id, context.real(1).id] as const;
    return context.result(context.add({ op: 'matmul', inputs, transposeA, transposeB }));
  };
}

function dense(context: OpContext, x: Activation, kernel: Constant, swap: boolean): Activation {
  const [from = 1, to = 1] = swap ? kernel.shape.toReversed() : kernel.shape;
  if (x.shape.at(-1) !== from)
    context.node.fail(
      `a kernel of ${kernel.shape.join('×')} does not fit ${x.shape.at(-1) ?? 'batch'} features.`,
    );
  const plan = { name: context.node.name, role: 'weight', perm: swap ? [1, 0] : [0, 1] } as const;
  const fused = fusedOps(context);
  const bias = takesBias(fused) ? [context.vector(2, to, 'weight')] : [];
  const id = context.add({ op: 'dense', inputs: [x.id, context.param(kernel, plan), ...bias] });
  return context.result(applyFused(context, id, fused, to));
}

export const linear: OpTable = {
  MatMul: matmul(['transpose_a', 'transpose_b']),
  _FusedMatMul: matmul(['transpose_a', 'transpose_b']),
  BatchMatMul: matmul(['adj_x', 'adj_y']),
  BatchMatMulV2: matmul(['adj_x', 'adj_y']),
};
