import { GraphBuilder } from '../src/graph/builder';
import type { Graph, ValueId } from '../src/graph/graph';

/** A chain of `depth` 3×3 convolutions with ReLU on a `size`×`size` image, and two dense heads on their mean. */
export function ladder(depth: number, width: number, size: number): Graph {
  const net = new Net();
  let value = net.builder.input('x', [null, size, size, 3]);
  for (let layer = 0; layer < depth; layer += 1) value = net.conv(`layer${layer}`, value, width, 3, 1, true);
  return net.withHeads(value);
}

/** ResNet-50's layers: four stages of bottleneck blocks, with two heads of ten outputs. */
export function resNet50(size: number): Graph {
  const net = new Net();
  const image = net.builder.input('x', [null, size, size, 3]);
  let value = net.conv('stem', image, 64, 7, 2, true);
  value = net.pool(value);
  for (const [stage, blocks] of [3, 4, 6, 3].entries())
    for (let block = 0; block < blocks; block += 1)
      value = net.bottleneck(`s${stage}b${block}`, value, 64 * 2 ** stage, block === 0 && stage > 0 ? 2 : 1);
  return net.withHeads(value);
}

/** A residual network of three stages with batch norms, for small images. */
export function residual(size: number): Graph {
  const net = new Net();
  let value = net.normed('stem', net.builder.input('x', [null, size, size, 3]), 16, 3, 1);
  for (const [stage, width] of [16, 32, 64].entries())
    for (let block = 0; block < 2; block += 1)
      value = net.basicBlock(`s${stage}b${block}`, value, width, block === 0 && stage > 0 ? 2 : 1);
  return net.withHeads(value);
}

/** Depthwise separable convolutions with batch norms, as in MobileNet, for small images. */
export function mobile(size: number): Graph {
  const net = new Net();
  let value = net.normed('stem', net.builder.input('x', [null, size, size, 3]), 16, 3, 2);
  for (const [index, [width, stride]] of (
    [
      [32, 1],
      [64, 2],
      [64, 1],
      [128, 2],
      [128, 1],
    ] as const
  ).entries())
    value = net.separable(`block${index}`, value, width, stride);
  return net.withHeads(value);
}

class Net {
  readonly builder = new GraphBuilder();
  #seed = 1;

  conv(name: string, x: ValueId, width: number, kernel: number, stride: number, activated: boolean): ValueId {
    const { builder } = this;
    const channels = builder.shape(x)[3] ?? 1;
    const pad = (kernel - 1) / 2;
    const output = builder.add({
      op: 'conv2d',
      source: name,
      inputs: [x, this.#weight(name, [kernel, kernel, channels, width], kernel * kernel * channels)],
      strides: [stride, stride],
      dilations: [1, 1],
      pads: [pad, pad, pad, pad],
      groups: 1,
    });
    return activated ? this.#relu(name, output) : output;
  }

  /** Convolution, batch norm and ReLU; of depthwise where `groups` says so. */
  normed(name: string, x: ValueId, width: number, kernel: number, stride: number, groups = 1): ValueId {
    return this.#relu(name, this.#normedLinear(name, x, width, kernel, stride, groups));
  }

  basicBlock(name: string, x: ValueId, width: number, stride: number): ValueId {
    const first = this.normed(`${name}.1`, x, width, 3, stride);
    const second = this.#normedLinear(`${name}.2`, first, width, 3, 1, 1);
    const isSame = stride === 1 && this.builder.shape(x)[3] === width;
    const shortcut = isSame ? x : this.#normedLinear(`${name}.down`, x, width, 1, stride, 1);
    const sum = this.builder.add({ op: 'binary', kind: 'add', source: name, inputs: [second, shortcut] });
    return this.#relu(name, sum);
  }

  separable(name: string, x: ValueId, width: number, stride: number): ValueId {
    const channels = this.builder.shape(x)[3] ?? 1;
    const spatial = this.normed(`${name}.depthwise`, x, channels, 3, stride, channels);
    return this.normed(`${name}.pointwise`, spatial, width, 1, 1);
  }

  #normedLinear(
    name: string,
    x: ValueId,
    width: number,
    kernel: number,
    stride: number,
    groups: number,
  ): ValueId {
    const { builder } = this;
    const channels = (builder.shape(x)[3] ?? 1) / groups;
    const pad = (kernel - 1) / 2;
    const output = builder.add({
      op: 'conv2d',
      source: name,
      inputs: [x, this.#weight(name, [kernel, kernel, channels, width], kernel * kernel * channels)],
      strides: [stride, stride],
      dilations: [1, 1],
      pads: [pad, pad, pad, pad],
      groups,
    });
    const vector = (part: string, value: number, role: 'weight' | 'statistic') =>
      builder.param({
        name: `${name}.${part}`,
        shape: [width],
        data: new Float32Array(width).fill(value),
        role,
        source: null,
      });
    const inputs = [
      output,
      vector('scale', 1, 'weight'),
      vector('offset', 0, 'weight'),
      vector('mean', 0, 'statistic'),
      vector('variance', 1, 'statistic'),
    ] as const;
    return builder.add({ op: 'batchNorm', source: `${name}.norm`, inputs, epsilon: 1e-5 });
  }

  bottleneck(name: string, x: ValueId, width: number, stride: number): ValueId {
    const { builder } = this;
    const reduced = this.conv(`${name}.1`, x, width, 1, 1, true);
    const swept = this.conv(`${name}.2`, reduced, width, 3, stride, true);
    const widened = this.conv(`${name}.3`, swept, 4 * width, 1, 1, false);
    const isSame = stride === 1 && builder.shape(x)[3] === 4 * width;
    const shortcut = isSame ? x : this.conv(`${name}.down`, x, 4 * width, 1, stride, false);
    const sum = builder.add({ op: 'binary', kind: 'add', source: name, inputs: [widened, shortcut] });
    return this.#relu(name, sum);
  }

  pool(x: ValueId): ValueId {
    const { builder } = this;
    const [, height = 1, width = 1, channels = 1] = builder.shape(x).map((dim) => dim ?? 1);
    const shape = [null, Math.ceil(height / 2), Math.ceil(width / 2), channels];
    const window = { kernel: [3, 3], strides: [2, 2], dilations: [1, 1], pads: [1, 1, 1, 1] } as const;
    return builder.add(
      { op: 'pool', kind: 'max', source: 'pool', inputs: [x], ...window, countIncludePad: false },
      { shape },
    );
  }

  withHeads(value: ValueId): Graph {
    const { builder } = this;
    const features = builder.shape(value)[3] ?? 1;
    const mean = builder.add({
      op: 'reduce',
      kind: 'mean',
      source: 'mean',
      inputs: [value],
      axes: [1, 2],
      keepDims: false,
    });
    for (const name of ['left', 'right']) {
      const kernel = this.#weight(name, [features, 10], features);
      builder.output(name, builder.add({ op: 'dense', source: name, inputs: [mean, kernel] }));
    }
    return builder.build();
  }

  #relu(name: string, x: ValueId): ValueId {
    return this.builder.add({ op: 'unary', fn: { kind: 'relu' }, source: `${name}.relu`, inputs: [x] });
  }

  /** Pseudo-random weights of He's variance, so that activations neither vanish nor explode. */
  #weight(name: string, shape: readonly number[], fanIn: number): ValueId {
    const size = shape.reduce((product, length) => product * length, 1);
    const scale = Math.sqrt(6 / fanIn);
    const data = Float32Array.from({ length: size }, () => scale * (2 * this.#random() - 1));
    return this.builder.param({
      name,
      shape,
      data,
      role: 'weight',
      source: { tensor: name, axes: shape.map((_, axis) => axis) },
    });
  }

  #random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}
