import { Random } from '../../src/util/random';
import { GraphBuilder } from '../../src/graph/builder';
import type { Graph, ValueId } from '../../src/graph/graph';

const epsilon = 1e-5;

/** Builds the demos' networks layer by layer, named as PyTorch would name them. Weights by He et al. 2015. */
export class Layers {
  readonly #graph: GraphBuilder;
  readonly #random: Random;

  constructor(name: string, seed: number) {
    this.#graph = new GraphBuilder(name);
    this.#random = new Random(seed);
  }

  input(name: string, shape: readonly number[]): ValueId {
    return this.#graph.input(name, [null, ...shape]);
  }

  output(name: string, x: ValueId): void {
    this.#graph.output(name, x);
  }

  build(): Graph {
    return this.#graph.build();
  }

  channels(x: ValueId): number {
    return this.#graph.shape(x).at(-1) ?? 0;
  }

  convNormRelu(name: string, x: ValueId, width: number, size: number, stride = 1, suffix = ''): ValueId {
    return this.relu(`${name}.relu${suffix}`, this.convNorm(name, x, width, size, stride, suffix));
  }

  convNorm(name: string, x: ValueId, width: number, size: number, stride = 1, suffix = ''): ValueId {
    const inputs = this.channels(x);
    const conv = `${name}.conv${suffix}`;
    const kernel = this.#kernel(`${conv}.weight`, [size, size, inputs, width]);
    const y = this.#convolve(conv, [x, kernel], size, stride, 1);
    return this.#norm(`${name}.bn${suffix}`, y);
  }

  /** A 3×3 depthwise convolution, batch norm and ReLU. */
  depthwise(name: string, x: ValueId, stride = 1, suffix = ''): ValueId {
    const channels = this.channels(x);
    const conv = `${name}.conv${suffix}`;
    const kernel = this.#kernel(`${conv}.weight`, [3, 3, 1, channels]);
    const y = this.#convolve(conv, [x, kernel], 3, stride, channels);
    return this.relu(`${name}.relu${suffix}`, this.#norm(`${name}.bn${suffix}`, y));
  }

  /** A convolution with a bias and nothing after it, as outputs have it. */
  conv(name: string, x: ValueId, width: number, size: number, bias = 0, valueName = name): ValueId {
    const kernel = this.#kernel(`${name}.weight`, [size, size, this.channels(x), width]);
    const offset = this.#constant(`${name}.bias`, width, bias, 'weight');
    return this.#convolve(name, [x, kernel, offset], size, 1, 1, valueName);
  }

  /** A 2×2 transposed convolution of stride 2 with a bias: doubles the resolution. */
  convTranspose(name: string, x: ValueId, width: number, bias = 0, valueName = name): ValueId {
    const inputs = this.channels(x);
    const kernel = this.#weights(`${name}.weight`, [2, 2, width, inputs], inputs);
    const offset = this.#constant(`${name}.bias`, width, bias, 'weight');
    return this.#graph.add(
      {
        op: 'convTranspose2d',
        source: name,
        inputs: [x, kernel, offset],
        strides: [2, 2],
        dilations: [1, 1],
        pads: [0, 0, 0, 0],
        outputPadding: [0, 0],
        groups: 1,
      },
      { name: valueName },
    );
  }

  dense(name: string, x: ValueId, width: number, valueName = name): ValueId {
    const kernel = this.#kernel(`${name}.weight`, [this.channels(x), width]);
    const bias = this.#constant(`${name}.bias`, width, 0, 'weight');
    return this.#graph.add({ op: 'dense', source: name, inputs: [x, kernel, bias] }, { name: valueName });
  }

  relu(name: string, x: ValueId): ValueId {
    return this.#graph.add({ op: 'unary', fn: { kind: 'relu' }, source: name, inputs: [x] });
  }

  sigmoid(name: string, x: ValueId): ValueId {
    return this.#graph.add({ op: 'unary', fn: { kind: 'sigmoid' }, source: name, inputs: [x] });
  }

  add(name: string, a: ValueId, b: ValueId): ValueId {
    return this.#graph.add({ op: 'binary', kind: 'add', source: name, inputs: [a, b] });
  }

  multiply(name: string, a: ValueId, b: ValueId): ValueId {
    return this.#graph.add({ op: 'binary', kind: 'mul', source: name, inputs: [a, b] });
  }

  concat(name: string, inputs: readonly ValueId[]): ValueId {
    return this.#graph.add({ op: 'concat', axis: 3, source: name, inputs });
  }

  /** Repeats rows and columns. */
  upsample(name: string, x: ValueId, factor: number): ValueId {
    const [, height = 1, width = 1] = this.#graph.shape(x).map((dim) => dim ?? 1);
    return this.#graph.add({
      op: 'resize',
      source: name,
      inputs: [x],
      mode: 'nearest',
      coordinates: 'asymmetric',
      nearestMode: 'floor',
      size: [height * factor, width * factor],
      scales: [factor, factor],
    });
  }

  flatten(name: string, x: ValueId): ValueId {
    const size = this.#graph
      .shape(x)
      .slice(1)
      .reduce((product: number, dim) => product * (dim ?? 1), 1);
    return this.#graph.add({ op: 'reshape', source: name, inputs: [x] }, { shape: [null, size] });
  }

  #convolve(
    source: string,
    inputs: readonly ValueId[],
    size: number,
    stride: number,
    groups: number,
    name = source,
  ): ValueId {
    const pad = (size - 1) / 2;
    return this.#graph.add(
      {
        op: 'conv2d',
        source,
        inputs,
        strides: [stride, stride],
        dilations: [1, 1],
        pads: [pad, pad, pad, pad],
        groups,
      },
      { name },
    );
  }

  #norm(name: string, x: ValueId): ValueId {
    const width = this.channels(x);
    const scale = this.#constant(`${name}.weight`, width, 1, 'weight');
    const offset = this.#constant(`${name}.bias`, width, 0, 'weight');
    const mean = this.#constant(`${name}.running_mean`, width, 0, 'statistic');
    const variance = this.#constant(`${name}.running_var`, width, 1, 'statistic');
    const inputs = [x, scale, offset, mean, variance] as const;
    return this.#graph.add({ op: 'batchNorm', source: name, inputs, epsilon });
  }

  /** The last axis is the output's channels. */
  #kernel(name: string, shape: readonly number[]): ValueId {
    return this.#weights(
      name,
      shape,
      shape.slice(0, -1).reduce((product, dim) => product * dim, 1),
    );
  }

  #weights(name: string, shape: readonly number[], fanIn: number): ValueId {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const deviation = Math.sqrt(2 / fanIn);
    const data = Float32Array.from({ length: size }, () => this.#random.normal() * deviation);
    return this.#param(name, shape, data, 'weight');
  }

  #constant(name: string, size: number, value: number, role: 'weight' | 'statistic'): ValueId {
    return this.#param(name, [size], new Float32Array(size).fill(value), role);
  }

  #param(name: string, shape: readonly number[], data: Float32Array, role: 'weight' | 'statistic'): ValueId {
    return this.#graph.param({ name, shape, data, role, source: null });
  }
}
