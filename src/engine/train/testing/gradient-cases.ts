import { makeCase, type GradientCase } from './gradient-case';
import { convolutionCases } from './cases/convolution';
import { elementwiseCases } from './cases/elementwise';
import { linearCases } from './cases/linear';
import { poolCases } from './cases/pool';
import { reduceCases } from './cases/reduce';
import { shapeCases } from './cases/shape';

/** Every operator of the executor that has a gradient, with its attributes, on small shapes. */
export function gradientCases(): readonly GradientCase[] {
  return [
    ...elementwiseCases(),
    ...convolutionCases(),
    ...linearCases(),
    ...poolCases(),
    ...reduceCases(),
    ...shapeCases(),
  ].map(makeCase);
}
