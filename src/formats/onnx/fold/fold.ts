import type { OnnxNode } from '../node';
import { unsupported, type Constant } from '../../constants/constant';

export interface FoldInput {
  readonly node: OnnxNode;
  readonly input: (index: number) => Constant;
  readonly optional: (index: number) => Constant | undefined;
}

/** Computes an operator on constants. @throws Unsupported where the result depends on the batch size */
export type Fold = (fold: FoldInput) => Constant | readonly Constant[];
export type FoldTable = Readonly<Record<string, Fold>>;

export function foldInput(node: OnnxNode, inputs: readonly (Constant | undefined)[]): FoldInput {
  return {
    node,
    input: (index) => inputs[index] ?? node.fail(`input ${index + 1} is missing.`),
    optional: (index) => inputs[index],
  };
}

/** Sizes from an integer constant: not negative, not the batch. */
export function sizesOf(constant: Constant): number[] {
  return Array.from(constant.data, (dim) => {
    if (dim === null) return unsupported('it makes a constant as large as the batch');
    return dim >= 0 ? dim : unsupported(`it makes a constant with a size of ${dim}`);
  });
}

export function axisOf(fold: FoldInput, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(counted) || counted < 0 || counted >= rank)
    fold.node.fail(`axis ${axis} does not exist in ${rank} dimensions.`);
  return counted;
}
