import { Random } from '../../src/engine/train/random';
import { GraphBuilder } from '../../src/graph/builder';
import type { Graph, ValueId } from '../../src/graph/graph';
import { canvas } from './multi-mnist';

export const tasks = ['left', 'right'] as const;
export type Task = (typeof tasks)[number];

/** Channels of the stem; then of the three residual stages at 18×18, 9×9 and 5×5, and between a block's convolutions. */
const stemWidth = 16;
const stages = [
  { width: 16, inner: 32 },
  { width: 32, inner: 64 },
  { width: 64, inner: 128 },
] as const;
const headWidth = 48;
const hiddenWidth = 64;
export const classes = 10;
export const epsilon = 1e-5;

/** A residual trunk of basic blocks, and a convolutional head for each digit. Weights by He et al. 2015. */
export function demoNetwork(seed: number): Graph {
  const layers = new Layers(new Random(seed));
  let x = layers.graph.input('x', [null, canvas, canvas, 1]);
  x = layers.convNormRelu('stem', x, stemWidth, 3, 2);
  stages.forEach((stage, index) => {
    x = layers.basicBlock(`block${index + 1}`, x, stage, index === 0 ? 1 : 2);
  });
  for (const task of tasks) {
    let y = layers.convNormRelu(`${task}_head`, x, headWidth, 3, 2);
    y = layers.flatten(`${task}_head.flatten`, y);
    y = layers.relu(`${task}_head.fc1.relu`, layers.dense(`${task}_head.fc1`, y, hiddenWidth));
    layers.graph.output(task, layers.dense(`${task}_head.fc2`, y, classes, task));
  }
  return layers.graph.build();
}

/** Values inside the blocks and heads; dropping their channels while training leaves the network able to lose some. */
export function innerValues(graph: Graph): ValueId[] {
  const inner = /^block\d\.relu1$|_head\.relu$|fc1\.relu$/;
  return graph.nodes.filter(({ source }) => inner.test(source)).map(({ output }) => output);
}

class Layers {
  readonly graph = new GraphBuilder('demo');
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  basicBlock(name: string, x: ValueId, { width, inner }: (typeof stages)[number], stride: number): ValueId {
    let y = this.convNormRelu(name, x, inner, 3, stride, '1');
    y = this.convNorm(name, y, width, 3, 1, '2');
    const shortcut =
      stride === 1 && this.#channels(x) === width
        ? x
        : this.convNorm(`${name}.shortcut`, x, width, 1, stride);
    const sum = this.graph.add({ op: 'binary', kind: 'add', source: `${name}.add`, inputs: [y, shortcut] });
    return this.relu(`${name}.relu`, sum);
  }

  convNormRelu(name: string, x: ValueId, width: number, size: number, stride: number, suffix = ''): ValueId {
    return this.relu(`${name}.relu${suffix}`, this.convNorm(name, x, width, size, stride, suffix));
  }

  convNorm(name: string, x: ValueId, width: number, size: number, stride: number, suffix = ''): ValueId {
    const inputs = this.#channels(x);
    const conv = `${name}.conv${suffix}`;
    const pad = (size - 1) / 2;
    const kernel = this.#weights(`${conv}.weight`, [size, size, inputs, width], size * size * inputs);
    const y = this.graph.add({
      op: 'conv2d',
      source: conv,
      inputs: [x, kernel],
      strides: [stride, stride],
      dilations: [1, 1],
      pads: [pad, pad, pad, pad],
      groups: 1,
    });
    const norm = `${name}.bn${suffix}`;
    const scale = this.#constant(`${norm}.weight`, width, 1, 'weight');
    const offset = this.#constant(`${norm}.bias`, width, 0, 'weight');
    const mean = this.#constant(`${norm}.running_mean`, width, 0, 'statistic');
    const variance = this.#constant(`${norm}.running_var`, width, 1, 'statistic');
    return this.graph.add({
      op: 'batchNorm',
      source: norm,
      inputs: [y, scale, offset, mean, variance],
      epsilon,
    });
  }

  dense(name: string, x: ValueId, width: number, valueName = name): ValueId {
    const inputs = this.#channels(x);
    const kernel = this.#weights(`${name}.weight`, [inputs, width], inputs);
    const bias = this.#constant(`${name}.bias`, width, 0, 'weight');
    return this.graph.add({ op: 'dense', source: name, inputs: [x, kernel, bias] }, { name: valueName });
  }

  relu(name: string, x: ValueId): ValueId {
    return this.graph.add({ op: 'unary', fn: { kind: 'relu' }, source: name, inputs: [x] });
  }

  flatten(name: string, x: ValueId): ValueId {
    const size = this.graph
      .shape(x)
      .slice(1)
      .reduce((product: number, dim) => product * (dim ?? 1), 1);
    return this.graph.add({ op: 'reshape', source: name, inputs: [x] }, { shape: [null, size] });
  }

  #channels(x: ValueId): number {
    return this.graph.shape(x).at(-1) ?? 0;
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
    return this.graph.param({ name, shape, data, role, source: null });
  }
}
