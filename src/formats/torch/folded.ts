import type { Graph } from '../../graph/graph';
import { matchingAxes, type Match, type Unmatched } from './matching';
import type { SourceTensor } from './source-tensors';
import { isCoarse, tensorFloats, type StateTensor } from './tensor';

/** Values of `eps` in use, torch's own first. */
const epsilons = [1e-5, 1e-3, 1e-4, 1e-6, 1e-12];

/**
 * Exporters fold a batch normalisation into the convolution before it: kernel·γ/√(var+ε). Finds the kernel and the
 * normalisation that a folded kernel was computed from, and checks it against every channel.
 */
export function matchFolded(graph: Graph, left: Unmatched): void {
  const norms = batchNorms(left.entries);
  for (const tensor of [...left.tensors.values()]) {
    if (!tensor.kernelOf || norms.size === 0) continue;
    const folding = findFolding(tensor, left.entries, norms);
    if (!folding) continue;
    const { name, axes, norm } = folding;
    const outputAxis = tensor.axes[tensor.kernelOf.outputAxis] ?? 0;
    const alongOutput: Match = { tensor: tensor.name, axes: new Map([[0, outputAxis]]), same: false };
    const biasSource = graph.params.get(tensor.kernelOf.node.inputs[2] ?? '')?.source;
    const bias = biasSource?.tensor ?? null;
    const convBias = name.replace(/weight$/, 'bias');
    const vectors = [...norm.names, ...(convBias !== name ? [convBias] : [])];
    left.matches.set(name, { tensor: tensor.name, axes, same: false, folded: { part: 'kernel', bias } });
    left.entries.delete(name);
    left.tensors.delete(tensor.name);
    for (const vector of vectors) if (left.entries.delete(vector)) left.matches.set(vector, alongOutput);
    const offset = `${norm.prefix}bias`;
    if (left.matches.has(offset))
      left.matches.set(offset, { ...alongOutput, folded: { part: 'offset', bias } });
    if (biasSource) left.tensors.delete(biasSource.tensor);
    norms.delete(norm.prefix);
  }
}

interface BatchNorm {
  readonly prefix: string;
  readonly names: readonly string[];
  readonly scale: Float32Array;
  readonly variance: Float32Array;
  readonly coarse: boolean;
}

function batchNorms(entries: ReadonlyMap<string, StateTensor>): Map<string, BatchNorm> {
  const found = new Map<string, BatchNorm>();
  for (const [name, entry] of entries) {
    if (!name.endsWith('running_var')) continue;
    const prefix = name.slice(0, -'running_var'.length);
    const weight = entries.get(`${prefix}weight`);
    const [scale, variance] = [weight && tensorFloats(weight), tensorFloats(entry)];
    if (!scale || !variance || scale.length !== variance.length) continue;
    const names = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => prefix + part);
    found.set(prefix, { prefix, names, scale, variance, coarse: isCoarse(entry.kind) });
  }
  return found;
}

function findFolding(
  tensor: SourceTensor,
  entries: ReadonlyMap<string, StateTensor>,
  norms: ReadonlyMap<string, BatchNorm>,
) {
  const { data } = tensor;
  for (const [name, entry] of entries) {
    const axes = matchingAxes(entry.shape, tensor);
    const numbers = axes && entry.shape.length >= 2 ? tensorFloats(entry) : null;
    if (!axes || !numbers) continue;
    const factors = channelFactors(tensor, data, numbers, isCoarse(entry.kind) ? 2e-2 : 1e-3);
    const norm = factors && [...norms.values()].find((one) => explains(one, factors));
    if (norm) return { name, axes, norm };
  }
  return null;
}

/** The number that each output channel of a kernel was multiplied with, if there is one. */
function channelFactors(
  { shape, kernelOf }: SourceTensor,
  folded: Float32Array,
  original: Float32Array,
  tolerance: number,
): Float64Array | null {
  const axis = kernelOf?.outputAxis ?? 0;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const count = shape[axis] ?? 1;
  const channelOf = (i: number) => Math.floor(i / inner) % count;
  // The largest weight of a channel tells its factor most exactly.
  const largest = new Int32Array(count).fill(-1);
  original.forEach((value, i) => {
    const best = largest[channelOf(i)] ?? -1;
    if (best < 0 || Math.abs(value) > Math.abs(original[best] ?? 0)) largest[channelOf(i)] = i;
  });
  const factors = Float64Array.from(largest, (i) => (folded[i] ?? 0) / (original[i] ?? 0));
  const fits = folded.every((value, i) => {
    const factor = factors[channelOf(i)] ?? NaN;
    const scale = Math.abs(folded[largest[channelOf(i)] ?? 0] ?? 0);
    return Math.abs(value - factor * (original[i] ?? 0)) <= tolerance * scale;
  });
  return fits && factors.every(Number.isFinite) ? factors : null;
}

function explains({ scale, variance, coarse }: BatchNorm, factors: Float64Array): boolean {
  if (scale.length !== factors.length) return false;
  const tolerance = coarse ? 2e-2 : 1e-3;
  return epsilons.some((epsilon) =>
    factors.every((factor, channel) => {
      const expected = (scale[channel] ?? 0) / Math.sqrt((variance[channel] ?? 0) + epsilon);
      return Math.abs(factor - expected) <= tolerance * Math.abs(expected);
    }),
  );
}
