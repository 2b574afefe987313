import { GraphBuilder } from '../../../graph/builder';
import type { Graph, ValueId } from '../../../graph/graph';
import type { Appraisal, Objective } from '../objective';
import { Random } from '../../../util/random';
import { heldSet, type TrainingSet } from '../training-set';

/** Images of 4×4 noise whose left or right half is brighter, labelled 0 or 1. */
export function brightHalves(count: number, seed: number): TrainingSet {
  const random = new Random(seed);
  const sides = Int32Array.from({ length: count }, () => random.integer(2));
  const input = Float32Array.from({ length: count * 16 }, (_, index) => {
    const side = sides[Math.floor(index / 16)];
    return random.normal() * 0.2 + (Math.floor((index % 4) / 2) === side ? 1 : 0);
  });
  const label = { name: 'side', dtype: 'int32', shape: [count], data: sides } as const;
  return heldSet({ count, sampleShape: [4, 4, 1], input, arrays: new Map([['side', label]]) });
}

/** Cross-entropy of the output `y` with the array `side`. */
export function sideObjective(graph: Graph): Objective {
  const values = graph.outputs.map(({ value }) => value);
  return {
    on: ({ arrays }) => ({
      values,
      appraise: ([logits = new Float32Array()]) => crossEntropy(logits, arrays.get('side')?.data ?? []),
    }),
  };
}

function crossEntropy(logits: Float32Array, labels: ArrayLike<number>): Appraisal {
  const gradient = new Float32Array(logits.length);
  let side = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const exps = [0, 1].map((index) => Math.exp(logits[sample * 2 + index] ?? Number.NaN));
    const sum = exps.reduce((total, exp) => total + exp, 0);
    exps.forEach((exp, index) => {
      gradient[sample * 2 + index] = exp / sum - (labels[sample] === index ? 1 : 0);
      if (labels[sample] === index) side -= Math.log(exp / sum);
    });
  }
  return { losses: { side }, gradients: [gradient] };
}

/** A convolution, optionally with a batch norm, and a dense layer: 4×4 images to two logits. */
export function halvesNetwork(withNorm = true): Graph {
  const builder = new GraphBuilder();
  const random = new Random(1);
  const weight = (name: string, shape: number[], value: () => number, statistic = false): ValueId => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from({ length: size }, value);
    return builder.param({ name, shape, data, role: statistic ? 'statistic' : 'weight', source: null });
  };
  const x = builder.input('x', [null, 4, 4, 1]);
  const kernel = weight('conv.kernel', [3, 3, 1, 4], () => random.normal() * 0.5);
  const conv = builder.add({
    op: 'conv2d',
    source: 'conv',
    inputs: [x, kernel],
    strides: [2, 2],
    dilations: [1, 1],
    pads: [1, 1, 1, 1],
    groups: 1,
  });
  const norm = () =>
    builder.add({
      op: 'batchNorm',
      source: 'norm',
      inputs: [
        conv,
        weight('norm.scale', [4], () => 1),
        weight('norm.offset', [4], () => 0),
        weight('norm.mean', [4], () => 0, true),
        weight('norm.variance', [4], () => 1, true),
      ],
      epsilon: 1e-5,
    });
  const normed = withNorm ? norm() : conv;
  const relu = builder.add({ op: 'unary', fn: { kind: 'relu' }, source: 'relu', inputs: [normed] });
  const flat = builder.add({ op: 'reshape', source: 'flat', inputs: [relu] }, { shape: [null, 16] });
  const dense = weight('dense.kernel', [16, 2], () => random.normal() * 0.2);
  const bias = weight('dense.bias', [2], () => 0);
  builder.output('y', builder.add({ op: 'dense', source: 'dense', inputs: [flat, dense, bias] }));
  return builder.build();
}
