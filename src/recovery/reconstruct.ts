import { Random } from '../util/random';
import type { Param, ValueId } from '../graph/graph';
import { changeableLayers, layerName, readsFewer, type ChangeableLayer } from './layers';
import type { LayerRecovered } from './events';
import { originalChannels, slicedNetwork, withSlicedParams, type Network, type Reference } from './network';
import { NormalEquations } from './normal-equations';
import { LayerTargets, type TargetRows } from './layer-targets';
import {
  choosePositions,
  columnCount,
  copyPatches,
  linearLayer,
  MOST_COLUMNS,
  positionCount,
  rowsPerSample,
  type LinearLayer,
} from './patches';
import { probe } from './probe';
import { errorOf, solveRidge } from './ridge';

/** One batch in so many judges how strongly the change is penalised. */
const CHECK_EVERY = 4;

export interface ReconstructOptions {
  /** Only layers that read channels of these params' layers; all that read fewer by default. */
  readonly layers?: (layer: ChangeableLayer) => boolean;
  /** What the unpruned network gives at these layers, where it is of use again. */
  readonly targets?: LayerTargets;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Least-squares reconstruction (He et al. 2017, arXiv 1707.06168, §3.1; ThiNet, Luo et al. 2017): each layer that
 * lost input channels gets the kernel and constant with which its output on the calibration set, from what the
 * pruned network feeds it now, is nearest to the unpruned network's. Layers are solved from input to output, so that
 * each makes up for what those before it could not. Grouped and transposed convolutions are left alone.
 */
export async function* reconstruct(
  reference: Reference,
  network: Network,
  { layers = () => true, targets: known, signal }: ReconstructOptions = {},
): AsyncGenerator<LayerRecovered, Network> {
  let current = network;
  const first = slicedNetwork(reference, network);
  const chosen = changeableLayers(first).filter(
    (layer) => readsFewer(reference.original, layer) && layers(layer),
  );
  const targets = known ?? new LayerTargets(reference, (id) => chosen.some(({ node }) => node.id === id));
  for (const [index, { node }] of chosen.entries()) {
    signal?.throwIfAborted();
    const sliced = slicedNetwork(reference, current);
    const layer = changeableLayers(sliced).find((one) => one.node.id === node.id);
    const linear = layer && linearLayer(sliced, layer);
    if (!layer) continue;
    const progress = { layer: layerName(layer), done: index + 1, total: chosen.length };
    if (!linear || columnCount(linear) > MOST_COLUMNS) {
      yield {
        kind: 'layer-recovered',
        method: 'least-squares',
        ...progress,
        errorBefore: null,
        errorAfter: null,
        macs: 0,
      };
      continue;
    }
    const { params, ...found } = await solveLayer(reference, current, layer, linear, targets);
    current = withSlicedParams(reference, current, params);
    yield { kind: 'layer-recovered', method: 'least-squares', ...progress, ...found };
  }
  return current;
}

interface SolvedLayer {
  readonly params: ReadonlyMap<ValueId, Param>;
  readonly errorBefore: number;
  readonly errorAfter: number;
  readonly macs: number;
}

async function solveLayer(
  reference: Reference,
  network: Network,
  layer: ChangeableLayer,
  linear: LinearLayer,
  targets: LayerTargets,
): Promise<SolvedLayer> {
  const before = targets.macs;
  const rows = await targets.of(layer.node.id);
  const { fit, check, spread, ...read } = await gatherEquations(reference, network, linear, rows);
  const macs = read.macs + targets.macs - before;
  const solution = solveRidge(fit, check, layer.shift !== null);
  const all = fit.plus(check);
  const errorBefore = errorOf(all, null) / spread;
  if (!solution) return { params: new Map(), errorBefore, errorAfter: errorBefore, macs };
  const { kernel, shift } = layer;
  const params = new Map([
    [kernel.id, { ...kernel, data: kernel.data.map((value, i) => value + (solution.change[i] ?? 0)) }],
  ]);
  if (shift) {
    const sign = shift.kind === 'bias' ? 1 : -1;
    const data = shift.param.data.map((value, i) => value + sign * (solution.intercept[i] ?? 0));
    params.set(shift.param.id, { ...shift.param, data });
  }
  return { params, errorBefore, errorAfter: errorOf(all, solution) / spread, macs };
}

interface GatheredEquations {
  readonly fit: NormalEquations;
  readonly check: NormalEquations;
  /** Σ (T − mean T)² of the unpruned network's outputs: what errors are measured against. */
  readonly spread: number;
  readonly macs: number;
}

/** The layer's inputs now, and how far its outputs now are from the unpruned network's, at positions of all samples. */
async function gatherEquations(
  reference: Reference,
  network: Network,
  layer: LinearLayer,
  targets: TargetRows,
): Promise<GatheredEquations> {
  const { node } = layer;
  const { set } = reference;
  const student = probe(slicedNetwork(reference, network), set, [node.inputs[0] ?? '', node.output]);
  const channels = originalChannels(reference, network.keep, node.output);
  const [columns, width] = [columnCount(layer), layer.output.at(-1) ?? 1];
  const positions = positionCount(layer);
  const perSample = rowsPerSample(layer, set.count);
  const [fit, check] = [new NormalEquations(columns, width), new NormalEquations(columns, width)];
  const spread = new Spread(width);
  try {
    for (const batch of student.batches) {
      const [input, output] = await student.read(batch);
      if (!input || !output) throw new Error('A probe gave no values.');
      const rows = batch.count * Math.min(positions, perSample);
      const x = new Float32Array(rows * columns);
      const r = new Float32Array(rows * width);
      for (let sample = 0; sample < batch.count; sample++) {
        const chosen = choosePositions(positions, perSample, Random.of(batch.first + sample));
        const wanted = targets.at(batch.first + sample, chosen);
        const row = sample * chosen.length;
        copyPatches(layer, input, sample, chosen, x, row);
        chosen.forEach((position, index) => {
          const place = sample * positions + position;
          for (let t = 0; t < width; t++) {
            const target = wanted[index * targets.width + (channels?.[t] ?? t)] ?? 0;
            spread.add(t, target);
            r[(row + index) * width + t] = target - (output[place * width + t] ?? 0);
          }
        });
      }
      const isCheck = student.batches.length > 1 && batch.index % CHECK_EVERY === CHECK_EVERY - 1;
      await (isCheck ? check : fit).add(x, r);
    }
  } finally {
    student.dispose();
  }
  // With a single batch nothing is left to judge by but what was fitted.
  return { fit, check: check.count > 0 ? check : fit, spread: spread.total(), macs: student.macs };
}

class Spread {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(targets: number) {
    this.#sums = new Float64Array(targets);
    this.#squares = new Float64Array(targets);
  }

  add(target: number, value: number): void {
    this.#sums[target] = (this.#sums[target] ?? 0) + value;
    this.#squares[target] = (this.#squares[target] ?? 0) + value * value;
    if (target === 0) this.#count++;
  }

  total(): number {
    const spread = this.#squares.reduce(
      (total, square, t) => total + square - (this.#sums[t] ?? 0) ** 2 / this.#count,
      0,
    );
    return Math.max(spread, Number.MIN_VALUE);
  }
}
