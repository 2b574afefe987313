import type { OpTable } from '../context';
import { activations } from './activations';
import { conv2d } from './conv';
import { einsums } from './einsum';
import { elementwise } from './elementwise';
import { linear } from './linear';
import { logics } from './logic';
import { movement } from './movement';
import { normalisation } from './normalisation';
import { pools } from './pool';
import { quantization8 } from './quantize';
import { ranking } from './ranking';
import { reductions } from './reduce';
import { resizing } from './resize';
import { shapes } from './shapes';

export const operators: OpTable = {
  ...activations,
  ...conv2d,
  ...einsums,
  ...elementwise,
  ...linear,
  ...logics,
  ...movement,
  ...normalisation,
  ...pools,
  ...quantization8,
  ...ranking,
  ...reductions,
  ...resizing,
  ...shapes,
};
