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
import { errorOf, solveRidge } from './ridge';
import { Sweep } from './sweep';

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
  const sliced = slicedNetwork(reference, network);
  const chosen = changeableLayers(sliced)
    .filter((layer) => readsFewer(reference.original, layer) && layers(layer))
    .map((layer) => ({ layer, linear: solvable(linearLayer(sliced, layer)) }));
  const linears = chosen.flatMap(({ linear }) => linear ?? []);
  const targets = known ?? new LayerTargets(reference, (id) => linears.some(({ node }) => node.id === id));
  const inputs = linears.map(({ node }) => node.inputs[0] ?? '');
  const sweep = new Sweep(sliced, reference.set, inputs, { ahead: linears.map(({ node }) => node.output) });
  const solved = new Map<ValueId, Param>();
  try {
    for (const [index, { layer, linear }] of chosen.entries()) {
      signal?.throwIfAborted();
      const progress = { layer: layerName(layer), done: index + 1, total: chosen.length };
      if (!linear) {
        const nothing = { errorBefore: null, errorAfter: null, macs: 0 };
        yield { kind: 'layer-recovered', method: 'least-squares', ...progress, ...nothing };
        continue;
      }
      const { params, ...found } = await solveLayer(reference, network, layer, linear, sweep, targets);
      for (const param of params) solved.set(param.id, param);
      sweep.replaceParams(params);
      yield { kind: 'layer-recovered', method: 'least-squares', ...progress, ...found };
    }
  } finally {
    sweep.dispose();
  }
  return withSlicedParams(reference, network, solved);
}

function solvable(layer: LinearLayer | null): LinearLayer | null {
  return layer && columnCount(layer) <= MOST_COLUMNS ? layer : null;
}

interface SolvedLayer {
  readonly params: readonly Param[];
  readonly errorBefore: number;
  readonly errorAfter: number;
  readonly macs: number;
}

async function solveLayer(
  reference: Reference,
  network: Network,
  layer: ChangeableLayer,
  linear: LinearLayer,
  sweep: Sweep,
  targets: LayerTargets,
): Promise<SolvedLayer> {
  const before = targets.macs;
  const rows = await targets.of(layer.node.id);
  const { fit, check, spread, ...read } = await gatherEquations(reference, network, linear, sweep, rows);
  const macs = read.macs + targets.macs - before;
  const solution = solveRidge(fit, check, layer.shift !== null);
  const all = fit.plus(check);
  const errorBefore = errorOf(all, null) / spread;
  if (!solution) return { params: [], errorBefore, errorAfter: errorBefore, macs };
  const { kernel, shift } = layer;
  const params = [
    { ...kernel, data: kernel.data.map((value, i) => value + (solution.change[i] ?? 0)) },
    ...(shift ? [shiftedBy(shift, solution.intercept)] : []),
  ];
  return { params, errorBefore, errorAfter: errorOf(all, solution) / spread, macs };
}

function shiftedBy({ kind, param }: NonNullable<ChangeableLayer['shift']>, by: Float64Array): Param {
  const sign = kind === 'bias' ? 1 : -1;
  return { ...param, data: param.data.map((value, i) => value + sign * (by[i] ?? 0)) };
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
  sweep: Sweep,
  targets: TargetRows,
): Promise<GatheredEquations> {
  const { node } = layer;
  const channels = originalChannels(reference, network.keep, node.output);
  const [columns, width] = [columnCount(layer), layer.output.at(-1) ?? 1];
  const positions = positionCount(layer);
  const perSample = rowsPerSample(layer, reference.set.count);
  const [fit, check] = [new NormalEquations(columns, width), new NormalEquations(columns, width)];
  const spread = new Spread(width);
  let macs = 0;
  for await (const { batch, values, ...reading } of sweep.next([node.output])) {
    const { index, samples } = batch;
    const [input, output] = values;
    if (!input || !output) throw new Error('A layer gave no values.');
    macs += reading.macs;
    const rows = samples.length * Math.min(positions, perSample);
    const x = new Float32Array(rows * columns);
    const r = new Float32Array(rows * width);
    for (const [row, sample] of samples.entries()) {
      const chosen = choosePositions(positions, perSample, Random.of(sample));
      const wanted = targets.at(sample, chosen);
      const first = row * chosen.length;
      copyPatches(layer, input, row, chosen, x, first);
      chosen.forEach((position, at) => {
        const place = row * positions + position;
        for (let t = 0; t < width; t++) {
          const target = wanted[at * targets.width + (channels?.[t] ?? t)] ?? 0;
          spread.add(t, target);
          r[(first + at) * width + t] = target - (output[place * width + t] ?? 0);
        }
      });
    }
    const isCheck = sweep.batches.length > 1 && index % CHECK_EVERY === CHECK_EVERY - 1;
    await (isCheck ? check : fit).add(x, r);
  }
  // With a single batch nothing is left to judge by but what was fitted.
  return { fit, check: check.count > 0 ? check : fit, spread: spread.total(), macs };
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
