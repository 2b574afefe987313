import { Random } from '../util/random';
import type { Graph, Param, ValueId } from '../graph/graph';
import { shapeOf } from '../graph/graph';
import { changeableLayers, layerName, readsFewer, type ChangeableLayer } from './layers';
import type { LayerRecovered } from './events';
import { originalChannels, slicedNetwork, withSlicedParams, type Network, type Reference } from './network';
import { NormalEquations } from './normal-equations';
import { choosePositions, columnCount, copyPatches, positionCount, type LinearLayer } from './patches';
import { probe } from './probe';
import { errorOf, solveRidge } from './ridge';

/** Beyond this the equations take minutes to solve. */
const MOST_COLUMNS = 2304;
/** Rows a column: positions of one image are alike, so many are needed. */
const ROWS_PER_COLUMN = 16;
const FEWEST_ROWS = 8192;
/** One batch in so many judges how strongly the change is penalised. */
const CHECK_EVERY = 4;

export interface ReconstructOptions {
  /** Only layers that read channels of these params' layers; all that read fewer by default. */
  readonly layers?: (layer: ChangeableLayer) => boolean;
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
  { layers = () => true, signal }: ReconstructOptions = {},
): AsyncGenerator<LayerRecovered, Network> {
  let current = network;
  const first = slicedNetwork(reference, network);
  const chosen = changeableLayers(first).filter(
    (layer) => readsFewer(reference.original, layer) && layers(layer),
  );
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
      };
      continue;
    }
    const { params, errorBefore, errorAfter } = await solveLayer(reference, current, sliced, layer, linear);
    current = withSlicedParams(reference, current, params);
    yield { kind: 'layer-recovered', method: 'least-squares', ...progress, errorBefore, errorAfter };
  }
  return current;
}

function linearLayer(graph: Graph, { node, kernel }: ChangeableLayer): LinearLayer | null {
  if (node.op === 'convTranspose2d' || (node.op === 'conv2d' && node.groups > 1)) return null;
  const [height = 1, width = 1] = node.op === 'dense' ? [] : kernel.shape;
  const input = shapeOf(graph, node.inputs[0] ?? '');
  const isSample = input[0] === null || input[0] === 1;
  if (node.op === 'conv2d' && !isSample) return null;
  return {
    node,
    input,
    output: shapeOf(graph, node.output),
    window: [height, width],
  };
}

interface SolvedLayer {
  readonly params: ReadonlyMap<ValueId, Param>;
  readonly errorBefore: number;
  readonly errorAfter: number;
}

async function solveLayer(
  reference: Reference,
  { keep }: Network,
  sliced: Graph,
  layer: ChangeableLayer,
  linear: LinearLayer,
): Promise<SolvedLayer> {
  const equations = await gatherEquations(
    reference,
    sliced,
    linear,
    originalChannels(reference, keep, layer.node.output),
  );
  const { fit, check, spread } = equations;
  const solution = solveRidge(fit, check, layer.shift !== null);
  const all = fit.plus(check);
  const errorBefore = errorOf(all, null) / spread;
  if (!solution) return { params: new Map(), errorBefore, errorAfter: errorBefore };
  const { kernel, shift } = layer;
  const params = new Map([
    [kernel.id, { ...kernel, data: kernel.data.map((value, i) => value + (solution.change[i] ?? 0)) }],
  ]);
  if (shift) {
    const sign = shift.kind === 'bias' ? 1 : -1;
    const data = shift.param.data.map((value, i) => value + sign * (solution.intercept[i] ?? 0));
    params.set(shift.param.id, { ...shift.param, data });
  }
  return { params, errorBefore, errorAfter: errorOf(all, solution) / spread };
}

interface GatheredEquations {
  readonly fit: NormalEquations;
  readonly check: NormalEquations;
  /** Σ (T − mean T)² of the unpruned network's outputs: what errors are measured against. */
  readonly spread: number;
}

/** The layer's inputs now, and how far its outputs now are from the unpruned network's, at positions of all samples. */
async function gatherEquations(
  { original, set }: Reference,
  sliced: Graph,
  layer: LinearLayer,
  channels: readonly number[] | null,
): Promise<GatheredEquations> {
  const { node } = layer;
  const student = probe(sliced, set, [node.inputs[0] ?? '', node.output]);
  const teacher = probe(original, set, [node.output]);
  const [columns, targets] = [columnCount(layer), layer.output.at(-1) ?? 1];
  const width = shapeOf(original, node.output).at(-1) ?? 1;
  const positions = positionCount(layer);
  const perSample = Math.ceil(Math.max(FEWEST_ROWS, ROWS_PER_COLUMN * columns) / set.count);
  const [fit, check] = [new NormalEquations(columns, targets), new NormalEquations(columns, targets)];
  const spread = new Spread(targets);
  try {
    for (const batch of student.batches) {
      const [input, output] = await student.read(batch);
      const [wanted] = await teacher.read(batch);
      if (!input || !output || !wanted) throw new Error('A probe gave no values.');
      const rows = batch.count * Math.min(positions, perSample);
      const x = new Float32Array(rows * columns);
      const r = new Float32Array(rows * targets);
      for (let sample = 0; sample < batch.count; sample++) {
        const chosen = choosePositions(positions, perSample, Random.of(batch.first + sample));
        const row = sample * chosen.length;
        copyPatches(layer, input, sample, chosen, x, row);
        chosen.forEach((position, index) => {
          const place = sample * positions + position;
          for (let t = 0; t < targets; t++) {
            const target = wanted[place * width + (channels?.[t] ?? t)] ?? 0;
            spread.add(t, target);
            r[(row + index) * targets + t] = target - (output[place * targets + t] ?? 0);
          }
        });
      }
      const isCheck = student.batches.length > 1 && batch.index % CHECK_EVERY === CHECK_EVERY - 1;
      await (isCheck ? check : fit).add(x, r);
    }
  } finally {
    student.dispose();
    teacher.dispose();
  }
  // With a single batch nothing is left to judge by but what was fitted.
  return { fit, check: check.count > 0 ? check : fit, spread: spread.total() };
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
