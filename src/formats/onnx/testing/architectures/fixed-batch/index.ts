import type { TinyModel } from '../../tiny';
import { heads } from './heads';
import { transformers } from './transformers';

/** Networks as PyTorch exports them for one sample: sizes are literal, and the batch is no more than a 1 among them. */
export const fixedBatch: Readonly<Record<string, TinyModel>> = { ...heads, ...transformers };
