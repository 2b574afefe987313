import { elementsOf, type Constant } from './constant';

type Known = Constant | { readonly kind: 'activation' | 'unknown' };

/**
 * Tensors that an operator read without leaving a trace to slice them by: neither a param was made of them nor an
 * output that tells where its elements came from.
 *
 * @param touched tensors that params were made of
 */
export function untracked(
  inputs: readonly (Known | undefined)[],
  outputs: readonly Known[],
  touched: ReadonlySet<string>,
): string[] {
  const traced = new Set(outputs.flatMap(originOf));
  return inputs
    .filter((input) => input?.kind === 'constant' && elementsOf(input.shape) > 1)
    .flatMap(originOf)
    .filter((tensor) => !traced.has(tensor) && !touched.has(tensor));
}

function originOf(tensor: Known | undefined): string[] {
  return tensor?.kind === 'constant' && tensor.origin ? [tensor.origin.tensor] : [];
}
