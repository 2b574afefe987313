import type { Shape } from '../../../graph/graph';
import type { TfNode } from '../topology';
import { arithmetic } from './arithmetic';
import { foldInput, type FoldTable } from './fold';
import { dimsOf, rankOf, shapes, sizeOf } from './shapes';
import type { Constant } from '../../constants/constant';

const folds: FoldTable = { ...arithmetic, ...shapes };

const ofShape: Readonly<Record<string, (shape: Shape) => Constant>> = {
  Shape: dimsOf,
  Size: sizeOf,
  Rank: rankOf,
};

/** What a node's input is, as far as folding asks. */
export type FoldOperand = Constant | { readonly kind: 'activation'; readonly shape: Shape };

/**
 * Computes a node whose result is known while reading.
 * @returns its outputs, or `null` where they depend on the model's input
 * @throws Unsupported, InputError
 */
export function foldNode(node: TfNode, inputs: readonly FoldOperand[]): readonly Constant[] | null {
  const [first] = inputs;
  if (first?.kind === 'activation' && Object.hasOwn(ofShape, node.op))
    return [ofShape[node.op]?.(first.shape) ?? node.fail('it has no shape.')];
  const fold = Object.hasOwn(folds, node.op) ? folds[node.op] : undefined;
  const constants = inputs.flatMap((input) => (input.kind === 'constant' ? [input] : []));
  if (!fold || inputs.length === 0 || constants.length < inputs.length) return null;
  const result = fold(foldInput(node, constants));
  return 'kind' in result ? [result] : result;
}
