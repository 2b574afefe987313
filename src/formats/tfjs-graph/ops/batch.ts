import type { OpContext } from '../context';
import type { Activation } from '../values';

export const NO_BATCH = 'it works on a sample without its batch axis';

/** Whether the axis is the batch of a file that runs one sample at a time, so that it may take the sample out of it. */
export function isOnlySample(context: OpContext, value: Activation, axis: number): boolean {
  return axis === 0 && value.shape[0] === null && context.fixedBatch === 1;
}

/** The file's tensor loses its batch axis; the graph's value keeps it. */
export function withoutBatch({ id, shape, type }: Activation): Activation {
  return { kind: 'activation', id, shape: shape.slice(1), type, withoutBatch: true };
}

/** The file's tensor has its batch axis again. */
export function withBatch({ id, shape, type }: Activation): Activation {
  return { kind: 'activation', id, shape: [null, ...shape], type };
}

/** Operators that know what to do with a sample that has no batch axis in the file. */
export const worksWithoutBatch: ReadonlySet<string> = new Set([
  'Cast',
  'ExpandDims',
  'Identity',
  'Pack',
  'Relu',
  'Reshape',
  'Shape',
  'Sigmoid',
  'Squeeze',
]);
