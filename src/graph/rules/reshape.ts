import type { Shape } from '../graph';
import type { ReshapeNode } from '../nodes';
import { Labels, type Label } from '../labels';
import type { Carried, Propagation } from '../propagation';

/** Labels follow axes of up to this many elements: more than any layer reads, few enough for an untrusted file. */
const LARGEST = 2 ** 20;

/** A run of input axes and the run of output axes that holds the same elements. */
interface Block {
  readonly from: readonly [first: number, end: number];
  readonly to: readonly [first: number, end: number];
}

/**
 * Merged axes repeat the labels. Where the labelled axis is split, the labels stay on the part that leaves most
 * channels independent (the last of equals), coupled across the other parts, so that removing keeps a box.
 */
export function reshape(p: Propagation, node: ReshapeNode): Carried {
  const [x] = node.inputs;
  const carried = p.carried(x);
  if (carried.axis === null) return carried;
  const [from, to] = [p.shape(x), p.shape(node.output)];
  const { axis } = carried;
  const block = blocks(from, to).find((candidate) => axis >= candidate.from[0] && axis < candidate.from[1]);
  if (!block) return p.freeze(x, `rearranged by "${node.source}"`);
  if (product(from.slice(...block.from)) > LARGEST)
    return p.freeze(x, `spread over too many positions by "${node.source}"`);
  const flat = flatten(from.slice(...block.from), axis - block.from[0], carried.labels);
  return split(p.labels, flat, to, block.to);
}

/** Cuts both shapes at the places where the products of their sizes so far agree. */
function blocks(from: Shape, to: Shape): readonly Block[] {
  const result: Block[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const start = [i, j] as const;
    let left = from[i++] ?? 1;
    let right = to[j++] ?? 1;
    while (left !== right) {
      if (left < right) left *= from[i++] ?? 1;
      else right *= to[j++] ?? 1;
    }
    result.push({ from: [start[0], Math.min(i, from.length)], to: [start[1], Math.min(j, to.length)] });
  }
  return result;
}

/** The label of every element of the axes `sizes`, row-major, when axis `at` carries `labels`. */
function flatten(sizes: Shape, at: number, labels: Int32Array): Int32Array {
  const inner = product(sizes.slice(at + 1));
  const total = product(sizes);
  return Int32Array.from({ length: total }, (_, i) => labels[Math.floor(i / inner) % labels.length] ?? 0);
}

function split(
  labels: Labels,
  flat: Int32Array,
  to: Shape,
  [first, end]: readonly [number, number],
): Carried {
  let best = { axis: first, positions: flat.map(() => 0), sets: -1 };
  for (let axis = first; axis < end; axis++) {
    const inner = product(to.slice(axis + 1, end));
    const size = to[axis] ?? 1;
    const positions = flat.map((_, i) => Math.floor(i / inner) % size);
    const sets = size === flat.length ? Infinity : independentSets(labels, flat, positions, size);
    if (sets >= best.sets) best = { axis, positions, sets };
  }
  const representatives = new Int32Array(to[best.axis] ?? 1).fill(-1);
  flat.forEach((label, i) => {
    const position = best.positions[i] ?? 0;
    const known = representatives[position] ?? -1;
    if (known === -1) representatives[position] = label;
    else labels.unite(known, label);
  });
  return { axis: best.axis, labels: representatives };
}

/** How many sets of labels would be left if all at the same position were united. */
function independentSets(labels: Labels, flat: Int32Array, positions: Int32Array, size: number): number {
  const trial = new Labels();
  const places = trial.fresh(size);
  const stand = new Map<Label, Label>();
  flat.forEach((label, i) => {
    const root = labels.find(label);
    const place = places[positions[i] ?? 0] ?? 0;
    trial.unite(stand.get(root) ?? place, place);
    stand.set(root, place);
  });
  return new Set(places.map((place) => trial.find(place))).size;
}

function product(sizes: Shape): number {
  return sizes.reduce<number>((total, size) => total * (size ?? 1), 1);
}
