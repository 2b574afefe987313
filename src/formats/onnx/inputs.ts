import type { GraphProto, ValueInfoProto } from 'onnx-buf';
import type { Dim } from '../../graph/graph';
import { InputError } from '../../util/errors';
import type { ReadOptions } from '../artifact';
import { DataType } from '../constants/element-types';
import { assumedSizes, withUsualSides } from '../open-sizes';

export interface ModelInput {
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
 * The inputs that are not weights. Their leading axis is the batch, whatever size the file gives it, so that any
 * number of samples can be run.
 * @param literal keep a batch size that the file fixes
 * @throws InputError for a size that is neither in the file nor in `sizes`
 */
export function modelInputs(
  file: string,
  graph: GraphProto,
  weights: ReadonlySet<string>,
  sizes: ReadOptions['inputShapes'] = {},
  literal = false,
): ModelInputs {
  const declared = graph.input
    .filter(({ name }) => !weights.has(name))
    .map((info) => ({ info, dims: declaredDims(info), sizes: sizes[info.name] }));
  const leading = declared.flatMap(({ dims }) => (dims && dims.length > 1 ? [dims[0] ?? null] : []));
  const fixedBatch = literal ? null : (leading.find((dim) => dim !== null) ?? null);
  const notes: string[] = [];
  const inputs = declared.map(({ info, dims, sizes: given }): ModelInput => {
    const shape = fullShape(file, info.name, dims, given, notes);
    const batch = shape[0] === null || (!literal && shape.length > 1 && shape[0] === fixedBatch);
    return { name: info.name, type: elementType(info), shape: batch ? [null, ...shape.slice(1)] : shape };
  });
  return { inputs, fixedBatch, notes };
}

/** Sizes as the file gives them, `null` where it leaves them open; `null` when it does not even tell the rank. */
function declaredDims(info: ValueInfoProto): Dim[] | null {
  if (info.type?.value.case !== 'tensorType') return null;
  const dims = info.type.value.value.shape?.dim;
  return (
    dims?.map(({ value }) => (value.case === 'dimValue' && value.value > 0n ? Number(value.value) : null)) ??
    null
  );
}

function elementType(info: ValueInfoProto): number {
  return info.type?.value.case === 'tensorType' ? info.type.value.value.elemType : DataType.FLOAT;
}

function fullShape(
  file: string,
  name: string,
  dims: readonly Dim[] | null,
  given: readonly number[] | undefined,
  notes: string[],
): Dim[] {
  const fail = (problem: string, advice: string): never => {
    throw new InputError({ file, place: `input "${name}"`, problem, advice });
  };
  if (given && dims && given.length !== dims.length - 1)
    fail(
      `it has ${dims.length - 1} dimensions after the batch, but ${given.length} sizes were given.`,
      'Give one size for each.',
    );
  const shape = dims ?? (given ? [null, ...given] : null);
  if (!shape)
    return fail('the file does not tell its shape.', 'Give its sizes after the batch, such as 3, 224, 224.');
  const known = shape.map((dim, axis) => (axis === 0 ? dim : (dim ?? given?.[axis - 1] ?? null)));
  const sized = withUsualSides(known);
  notes.push(...assumedSizes(name, known, sized));
  return sized.map((size, axis) => {
    if (size === null && axis > 0)
      return fail(
        `the file leaves dimension ${axis} open.`,
        'Give its sizes after the batch, such as 3, 224, 224.',
      );
    if (size !== null && !(Number.isInteger(size) && size > 0 && size <= LARGEST_DIM))
      return fail(`dimension ${axis} is ${size}.`, 'Export the model again, or give its sizes.');
    return size;
  });
}
