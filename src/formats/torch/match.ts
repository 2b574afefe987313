import type { Graph } from '../../graph/graph';
import { matchFolded } from './folded';
import { matchingAxes, type Match, type Unmatched } from './matching';
import { sourceTensors, type SourceTensor } from './source-tensors';
import type { StateDict } from './state-dict';
import { isCoarse, tensorFloats, type StateTensor } from './tensor';

export interface Matching {
  /** By the entries' names. */
  readonly matches: ReadonlyMap<string, Match>;
  /** Tensors of the ONNX file that no entry stands for. */
  readonly missing: readonly SourceTensor[];
}

/**
 * Finds the counterparts of a state dict's entries among the weights of an ONNX export of the same model: by name, by
 * name but for a prefix such as `module.`, by value, and by value before batch normalisation was folded in.
 */
export function matchWeights(graph: Graph, { tensors }: StateDict): Matching {
  const all = sourceTensors(graph);
  const left: Unmatched = { entries: new Map(tensors), tensors: new Map(all), matches: new Map() };
  matchNames(left);
  matchValues(left);
  matchFolded(graph, left);
  matchVectors(left);
  matchTied(left, tensors);
  return { matches: left.matches, missing: [...left.tensors.values()] };
}

function matchNames(left: Unmatched): void {
  for (const name of [...left.entries.keys()]) take(left, name, name);
  for (const name of [...left.entries.keys()]) {
    const alike = [...left.tensors.keys()].filter(
      (tensor) => tensor.endsWith(`.${name}`) || name.endsWith(`.${tensor}`),
    );
    const [only, ...others] = alike;
    if (only !== undefined && others.length === 0) take(left, name, only);
  }
}

function take(left: Unmatched, name: string, tensorName: string): void {
  const [entry, tensor] = [left.entries.get(name), left.tensors.get(tensorName)];
  const axes = entry && tensor && matchingAxes(entry.shape, tensor);
  if (!axes) return;
  left.matches.set(name, { tensor: tensorName, axes, same: true });
  left.entries.delete(name);
  left.tensors.delete(tensorName);
}

/** Kernels that the exporter renamed, and those of dense layers that it transposed. */
function matchValues(left: Unmatched): void {
  for (const tensor of [...left.tensors.values()]) {
    if (tensor.shape.length < 2) continue;
    const { data } = tensor;
    for (const [name, entry] of left.entries) {
      const straight = matchingAxes(entry.shape, tensor);
      if (straight && isSame(entry, data, tensor.shape, false)) {
        left.matches.set(name, { tensor: tensor.name, axes: straight, same: true });
      } else if (isTransposed(entry.shape, tensor.shape) && isSame(entry, data, tensor.shape, true)) {
        const [first = 0, second = 1] = tensor.axes;
        const axes = new Map([
          [0, second],
          [1, first],
        ]);
        left.matches.set(name, { tensor: tensor.name, axes, same: true });
      } else continue;
      left.entries.delete(name);
      left.tensors.delete(tensor.name);
      break;
    }
  }
}

/** Slopes and the like that the exporter renamed; where several hold the same numbers, in their order. */
function matchVectors(left: Unmatched): void {
  const tensors = [...left.tensors.values()].filter(({ role }) => role !== 'constant');
  for (const tensor of tensors) {
    const { data, name } = tensor;
    const alike = (entry: StateTensor) =>
      matchingAxes(entry.shape, tensor) !== null && isSame(entry, data, tensor.shape, false);
    const candidates = [...left.entries].filter(([, entry]) => alike(entry)).map(([entry]) => entry);
    const rivals = [...left.tensors.values()].filter(
      (other) => other.shape.join() === tensor.shape.join() && isEqual(other.data, data),
    );
    const [first] = candidates;
    if (first !== undefined && candidates.length === rivals.length) take(left, first, name);
  }
}

function isEqual(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Entries that share their numbers with a matched one, as tied weights do. */
function matchTied(left: Unmatched, all: ReadonlyMap<string, StateTensor>): void {
  const place = ({ bytes, shape }: StateTensor) => `${bytes.byteOffset} ${bytes.length} ${shape.join()}`;
  const known = new Map(
    [...left.matches].flatMap(([name, match]) => {
      const entry = all.get(name);
      return entry ? [[place(entry), { match, entry }] as const] : [];
    }),
  );
  for (const [name, entry] of [...left.entries]) {
    const twin = known.get(place(entry));
    if (entry.bytes.length === 0 || twin?.entry.bytes.buffer !== entry.bytes.buffer) continue;
    left.matches.set(name, twin.match);
    left.entries.delete(name);
  }
}

function isTransposed(a: readonly number[], b: readonly number[]): boolean {
  return a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0];
}

/** Whether an entry holds the same numbers as a tensor, to what its kind can tell apart. */
export function isSame(
  entry: StateTensor,
  data: Float32Array,
  shape: readonly number[],
  transposed: boolean,
): boolean {
  const numbers = tensorFloats(entry);
  if (numbers?.length !== data.length) return false;
  const relative = isCoarse(entry.kind) ? 1e-2 : 1e-6;
  const [rows = 1, columns = 1] = shape;
  return data.every((value, i) => {
    const at = transposed ? (i % columns) * rows + Math.floor(i / columns) : i;
    return Math.abs((numbers[at] ?? NaN) - value) <= relative * Math.abs(value) + 1e-12;
  });
}
