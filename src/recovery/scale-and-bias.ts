import { shapeOf, type Param, type ValueId } from '../graph/graph';
import { kernelAxes, kernelInputs } from '../graph/rules/kernels';
import type { LayerRecovered } from './events';
import { changeableLayers, layerName, type ChangeableLayer } from './layers';
import { originalChannels, slicedNetwork, withSlicedParams, type Network, type Reference } from './network';
import { Sweep, SWEEP_BYTES } from './sweep';

/**
 * For every layer, from input to output, the factor and constant for each output channel that bring the channel
 * nearest to the unpruned network's on the calibration set, in the least-squares sense: a regression in one variable.
 * They go into the kernel and the bias, or the mean of the batch norm that follows. It serves every kind of layer.
 */
export async function* correctScaleAndBias(
  reference: Reference,
  network: Network,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<LayerRecovered, Network> {
  const { original, set } = reference;
  const sliced = slicedNetwork(reference, network);
  const layers = changeableLayers(sliced);
  const outputs = layers.map(({ node }) => node.output);
  const inputs = layers.map(({ node }) => kernelInputs(node).x);
  const budgetBytes = SWEEP_BYTES / 2;
  const teacher = new Sweep(original, set, outputs, { budgetBytes });
  const student = new Sweep(sliced, set, inputs, { ahead: outputs, batches: teacher.batches, budgetBytes });
  const corrected = new Map<ValueId, Param>();
  try {
    for (const [index, layer] of layers.entries()) {
      signal?.throwIfAborted();
      const fit = await regressChannels(reference, network, layer, student, teacher);
      const params = correctedParams(layer, fit);
      for (const param of params) corrected.set(param.id, param);
      student.replaceParams(params);
      const { errorBefore, errorAfter, macs } = fit;
      const progress = { layer: layerName(layer), done: index + 1, total: layers.length };
      yield { kind: 'layer-recovered', method: 'scale-bias', ...progress, errorBefore, errorAfter, macs };
    }
  } finally {
    student.dispose();
    teacher.dispose();
  }
  return withSlicedParams(reference, network, corrected);
}

interface ChannelFit {
  readonly factors: Float64Array;
  readonly constants: Float64Array;
  readonly errorBefore: number;
  readonly errorAfter: number;
  readonly macs: number;
}

/** Regression of the unpruned network's channels on the pruned one's; through the origin where nothing can shift. */
async function regressChannels(
  reference: Reference,
  { keep }: Network,
  { node, shift }: ChangeableLayer,
  student: Sweep,
  teacher: Sweep,
): Promise<ChannelFit> {
  const channels = originalChannels(reference, keep, node.output);
  const fullWidth = shapeOf(reference.original, node.output).at(-1) ?? 1;
  const width = channels?.length ?? fullWidth;
  const sums = Array.from({ length: width }, () => new PairSums());
  const answers = teacher.next();
  let macs = 0;
  for await (const own of student.next([node.output])) {
    const { value: answer } = await answers.next();
    const [, y] = own.values;
    const [wanted] = answer?.values ?? [];
    if (!y || !wanted) throw new Error('A layer gave no values.');
    macs += own.macs + (answer?.macs ?? 0);
    for (let row = 0; row * width < y.length; row++)
      sums.forEach((sum, c) =>
        sum.add(y[row * width + c] ?? 0, wanted[row * fullWidth + (channels?.[c] ?? c)] ?? 0),
      );
  }
  const fits = sums.map((sum) => sum.regression(shift !== null));
  const total = (of: (sum: PairSums, index: number) => number) =>
    sums.reduce((all, sum, index) => all + of(sum, index), 0);
  const spread = Math.max(
    Number.MIN_VALUE,
    total((sum) => sum.spread()),
  );
  return {
    factors: Float64Array.from(fits, ({ factor }) => factor),
    constants: Float64Array.from(fits, ({ constant }) => constant),
    errorBefore: total((sum) => sum.error(1, 0)) / spread,
    errorAfter: total((sum, i) => sum.error(fits[i]?.factor ?? 1, fits[i]?.constant ?? 0)) / spread,
    macs,
  };
}

/** A channel that would need more hardly varies here; other samples may find it awake. */
const LARGEST_FACTOR = 10;

/** Sums over pairs (y, t) of a regression t ≈ a·y + c. */
class PairSums {
  #count = 0;
  #y = 0;
  #t = 0;
  #yy = 0;
  #yt = 0;
  #tt = 0;

  add(y: number, t: number): void {
    this.#count++;
    this.#y += y;
    this.#t += t;
    this.#yy += y * y;
    this.#yt += y * t;
    this.#tt += t * t;
  }

  regression(withConstant: boolean): { readonly factor: number; readonly constant: number } {
    const n = this.#count;
    const [meanY, meanT] = withConstant ? [this.#y / n, this.#t / n] : [0, 0];
    const variance = this.#yy - n * meanY * meanY;
    // A channel that does not vary says nothing of a factor.
    const isFlat = variance <= 1e-9 * this.#yy || variance === 0;
    const slope = isFlat ? 1 : (this.#yt - n * meanY * meanT) / variance;
    const factor = slope > 0 ? Math.min(slope, LARGEST_FACTOR) : 1;
    return { factor, constant: withConstant ? meanT - factor * meanY : 0 };
  }

  /** Σ (a·y + c − t)² */
  error(a: number, c: number): number {
    const squares = a * a * this.#yy + this.#tt + this.#count * c * c;
    return Math.max(0, squares - 2 * a * this.#yt + 2 * a * c * this.#y - 2 * c * this.#t);
  }

  spread(): number {
    return this.#tt - (this.#t * this.#t) / this.#count;
  }
}

function correctedParams(
  { node, kernel, shift }: ChangeableLayer,
  { factors, constants }: ChannelFit,
): readonly Param[] {
  const axis = kernelAxes(node).output;
  const size = kernel.shape[axis] ?? 1;
  const inner = kernel.shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const groups = factors.length / size;
  // The channels of a grouped transposed convolution share a kernel axis: no factor suits them all.
  const factorOf = (channel: number) => (groups === 1 ? (factors[channel] ?? 1) : 1);
  const data = kernel.data.map((weight, i) => weight * factorOf(Math.floor(i / inner) % size));
  const scaled = { ...kernel, data };
  if (!shift || groups !== 1) return [scaled];
  const moved = shift.param.data.map((value, c) => {
    const [factor, constant] = [factors[c] ?? 1, constants[c] ?? 0];
    return shift.kind === 'bias' ? value * factor + constant : value - constant;
  });
  return [scaled, { ...shift.param, data: moved }];
}
