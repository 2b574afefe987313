import type { OpTable } from '../context';
import { blockwise } from './blocks';
import { convolutions } from './conv';
import { elementwise } from './elementwise';
import { linear } from './linear';
import { movement } from './movement';
import { normalisation } from './normalisation';
import { pools } from './pool';
import { resizing } from './resize';
import { shapes } from './shapes';

export const operators: OpTable = {
  ...blockwise,
  ...convolutions,
  ...elementwise,
  ...linear,
  ...movement,
  ...normalisation,
  ...pools,
  ...resizing,
  ...shapes,
};
