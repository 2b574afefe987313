import type { TinyModel } from '../tiny';
import { classifiers } from './classifiers';
import { densePredictors } from './dense-predictors';
import { detectors } from './detectors';

/** Parts of well-known architectures as PyTorch exports them, small. */
export const architectures: Readonly<Record<string, TinyModel>> = {
  ...classifiers,
  ...densePredictors,
  ...detectors,
};
