import * as tf from '@tensorflow/tfjs-core';
import { binaryRules } from './binary';
import { convRules } from './conv';
import { matmulRules } from './matmul';
import { poolRules } from './pool';
import { reduceRules } from './reduce';
import { shapeRules } from './shape';
import { unaryRules } from './unary';

/**
 * Gives tfjs a right and fast gradient for every kernel that the executor's operators are made of, on every backend:
 * tfjs' own lack dilations, miss kernels on WASM or are wrong in places. To be called before a training, and after
 * anything that registers gradients; it may be called again.
 */
export function registerGradients(): void {
  const rules = [
    ...unaryRules,
    ...binaryRules,
    ...shapeRules,
    ...reduceRules,
    ...matmulRules,
    ...poolRules,
    ...convRules,
  ];
  for (const each of rules) tf.registerGradient(each);
}
