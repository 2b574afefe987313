import type { OpTable } from '../context';
import { blockwise } from './blocks';
import { convolutions } from './conv';
import { elementwise } from './elementwise';
import { linear } from './linear';
import { logic } from './logic';
import { movement } from './movement';
import { normalisation } from './normalisation';
import { pools } from './pool';
import { ranking } from './ranking';
import { resizing } from './resize';
import { shapes } from './shapes';

export const operators: OpTable = {
  ...blockwise,
  ...convolutions,
  ...elementwise,
  ...linear,
  ...logic,
  ...movement,
  ...normalisation,
  ...pools,
  ...ranking,
  ...resizing,
  ...shapes,
};
