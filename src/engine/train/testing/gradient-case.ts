import { GraphBuilder } from '../../../graph/builder';
import type { NewNode } from '../../../graph/builder';
import type { ValueId } from '../../../graph/graph';
import type { GraphNode } from '../../../graph/nodes';
import { Random } from '../../../util/random';

/** One operator with inputs at which its gradient is wanted. */
export interface GradientCase {
  readonly title: string;
  readonly node: GraphNode;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly data: Float32Array }[];
  readonly outputShape: readonly number[];
  /** d(loss)/d(output): random numbers. */
  readonly slopes: Float32Array;
}

export interface CaseOptions {
  readonly outputShape?: readonly number[];
  /** Range of the inputs, −2 to 2 by default. */
  readonly range?: readonly [number, number];
  /** Of single inputs. */
  readonly ranges?: readonly (readonly [number, number])[];
}

export type NewCase = readonly [
  title: string,
  shapes: readonly (readonly number[])[],
  node: (ids: ValueId[]) => NewNode,
  options?: CaseOptions | undefined,
];

/** The case's numbers depend on its title alone. */
export function makeCase([title, shapes, makeNode, options = {}]: NewCase): GradientCase {
  const graph = new GraphBuilder('gradient');
  const ids = shapes.map((shape, index) => graph.input(`input ${index}`, shape));
  const { outputShape, range = [-2, 2], ranges = [] } = options;
  const output = graph.add(makeNode(ids), outputShape ? { shape: outputShape } : {});
  const [node] = graph.build().nodes;
  if (!node) throw new Error(`The case ${title} has no node.`);
  const random = Random.of(...Array.from(title, (letter) => letter.charCodeAt(0)));
  const numbers = (shape: readonly number[], [low, high]: readonly [number, number]) =>
    Float32Array.from(
      { length: shape.reduce((size, dim) => size * dim, 1) },
      () => low + (high - low) * random.uniform(),
    );
  const shape = graph.shape(output).map((dim) => dim ?? 1);
  return {
    title,
    node,
    inputs: shapes.map((each, index) => ({ shape: each, data: numbers(each, ranges[index] ?? range) })),
    outputShape: shape,
    slopes: numbers(shape, [-1, 1]),
  };
}
