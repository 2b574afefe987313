import type { OpContext, OpTable } from '../context';
import type { Activation } from '../values';
import { binary } from './elementwise';
import { hasChannelsFirst, spatialInput, spatialResult } from './spatial';
import { unsupported } from '../../constants/constant';

export function epsilonOf({ attributes }: OpContext): number {
  return attributes.float('epsilon', 1e-3);
}

function batchNorm(context: OpContext): Activation {
  if (context.attributes.bool('is_training')) unsupported('it is in training mode');
  const value = context.real(0);
  const input = spatialInput(context, value);
  const vector = (index: number, role: 'weight' | 'statistic') => context.vector(index, input.channels, role);
  const inputs = [
    input.id,
    vector(1, 'weight'),
    vector(2, 'weight'),
    vector(3, 'statistic'),
    vector(4, 'statistic'),
  ] as const;
  const id = context.add({ op: 'batchNorm', inputs, epsilon: epsilonOf(context) });
  return spatialResult(context, id, input);
}

function biasAdd(context: OpContext): Activation {
  const value = context.real(0);
  const bias = context.constant(1);
  if (!hasChannelsFirst(context) || value.shape.length < 3) return binary(context, 'add', value, bias);
  const rank = value.shape.length - 2;
  const inputs = [
    value.id,
    context.param(bias, { role: 'weight', perm: [0, ...new Array<number>(rank).fill(-1)] }),
  ] as const;
  return context.result(context.add({ op: 'binary', kind: 'add', inputs }));
}

export const normalisation: OpTable = {
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  BiasAdd: biasAdd,
};
