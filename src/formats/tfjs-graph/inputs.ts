import type { Dim } from '../../graph/graph';
import { InputError } from '../../util/errors';
import type { ReadOptions } from '../artifact';
import { assumedSizes, withUsualSides } from '../open-sizes';
import { parseShape } from './attributes';
import type { Interface, TfNode } from './topology';

export interface ModelInput {
  readonly tensor: string;
  readonly name: string;
  readonly type: number;
  /** With the batch as `null`. */
  readonly shape: readonly Dim[];
}

export interface ModelInputs {
  readonly inputs: readonly ModelInput[];
  /** The batch size written in the file, if it is. */
  readonly fixedBatch: number | null;
  readonly notes: readonly string[];
}

const LARGEST_DIM = 2 ** 24;

/**
 * The model's inputs. Their leading axis is the batch, whatever size the file gives it, so that any number of samples
 * can be run.
 * @param literal keep a batch size that the file fixes
 * @throws InputError for a size that is neither in the file nor in `sizes`
 */
export function modelInputs(
  file: string,
  inputs: readonly Interface[],
  nodes: ReadonlyMap<string, TfNode>,
  sizes: ReadOptions['inputShapes'] = {},
  literal = false,
): ModelInputs {
  const notes: string[] = [];
  const found = inputs.flatMap(({ name, tensor, info }) => {
    const node = nodes.get(tensor);
    if (!node) return [];
    const declared = [node.attributes.shape('shape'), parseShape(info['tensorShape'])] as const;
    const shape = fullShape(file, name, declared, sizes[name] ?? sizes[tensor], notes);
    return [{ name, tensor, type: node.attributes.type('dtype'), shape }];
  });
  const leading = found.flatMap(({ shape }) => (shape.length > 1 ? [shape[0] ?? null] : []));
  const fixedBatch = literal ? null : (leading.find((dim) => dim !== null) ?? null);
  const free = found.map((input) => {
    const isBatch = input.shape.length > 1 && input.shape[0] === fixedBatch;
    return isBatch ? { ...input, shape: [null, ...input.shape.slice(1)] } : input;
  });
  return { inputs: free, fixedBatch, notes };
}

/**
 * @param declared by the placeholder and by the signature, which may tell what the placeholder leaves open
 * @param given by the caller, for what the placeholder leaves open
 */
function fullShape(
  file: string,
  name: string,
  [placeholder, signature]: readonly (readonly Dim[] | null)[],
  given: readonly number[] | undefined,
  notes: string[],
): Dim[] {
  const fail = (problem: string): never => {
    const advice = 'Give its sizes after the batch, such as 224, 224, 3.';
    throw new InputError({ file, place: `input "${name}"`, problem, advice });
  };
  const shape = placeholder ?? signature ?? (given ? [null, ...given.map(() => null)] : null);
  if (!shape) return fail('the file does not tell its shape.');
  if (given && given.length !== shape.length - 1)
    fail(`it has ${shape.length - 1} dimensions after the batch, but ${given.length} sizes were given.`);
  const known = shape.map((dim, axis) =>
    axis === 0 ? dim : (dim ?? given?.[axis - 1] ?? signature?.[axis] ?? null),
  );
  const sized = withUsualSides(known);
  notes.push(...assumedSizes(name, known, sized));
  return sized.map((dim, axis) => {
    if (dim === null && axis > 0) return fail(`the file leaves dimension ${axis} open.`);
    if (dim !== null && !(Number.isInteger(dim) && dim > 0 && dim <= LARGEST_DIM))
      return fail(`dimension ${axis} is ${dim}.`);
    return dim;
  });
}
