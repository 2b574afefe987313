import { GraphBuilder } from '../builder';
import type { Graph, ValueId } from '../graph';
import type { BinaryKind, Pair, UnaryKind } from '../nodes';

const plain = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] } as const;

export interface ConvOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly bias?: boolean;
}

/** Writes small networks down in a line a layer, with pseudo-random weights that are the same every time. */
export class Net {
  readonly b = new GraphBuilder('test');
  #seed = 1;

  input(name: string, ...dims: number[]): ValueId {
    return this.b.input(name, [null, ...dims]);
  }

  /** A convolution named `name`, padded so that stride 1 keeps the size; its kernel is `name.weight`. */
  conv(x: ValueId, name: string, out: number, options: ConvOptions = {}): ValueId {
    const { kernel = 3, stride = 1, groups = 1, bias = true } = options;
    const shape = [kernel, kernel, this.channels(x) / groups, out];
    const pad = (kernel - 1) / 2;
    const inputs = [
      x,
      this.weight(`${name}.weight`, shape),
      ...(bias ? [this.weight(`${name}.bias`, [out])] : []),
    ];
    const where = { strides: [stride, stride], pads: [pad, pad, pad, pad] } as const;
    return this.b.add({ ...plain, ...where, op: 'conv2d', source: name, inputs, groups });
  }

  depthwise(x: ValueId, name: string, multiplier = 1): ValueId {
    const channels = this.channels(x);
    return this.conv(x, name, channels * multiplier, { groups: channels, bias: false });
  }

  /** A 2×2 transposed convolution of stride 2. */
  up(x: ValueId, name: string, out: number, groups = 1): ValueId {
    const inputs = [x, this.weight(`${name}.weight`, [2, 2, out / groups, this.channels(x)])];
    const where = { strides: [2, 2], outputPadding: [0, 0] } as const;
    return this.b.add({ ...plain, ...where, op: 'convTranspose2d', source: name, inputs, groups });
  }

  dense(x: ValueId, name: string, out: number): ValueId {
    const inputs = [
      x,
      this.weight(`${name}.weight`, [this.channels(x), out]),
      this.weight(`${name}.bias`, [out]),
    ];
    return this.b.add({ op: 'dense', source: name, inputs });
  }

  bn(x: ValueId, name: string): ValueId {
    const size = [this.channels(x)];
    const [scale, offset] = [this.weight(`${name}.weight`, size), this.weight(`${name}.bias`, size)];
    const mean = this.weight(`${name}.mean`, size, 'statistic');
    const variance = this.weight(`${name}.var`, size, 'statistic', [0.5, 2]);
    return this.b.add({
      op: 'batchNorm',
      source: name,
      inputs: [x, scale, offset, mean, variance],
      epsilon: 1e-5,
    });
  }

  unary(x: ValueId, fn: UnaryKind): ValueId {
    return this.b.add({ op: 'unary', source: fn.kind, fn, inputs: [x] });
  }

  relu(x: ValueId): ValueId {
    return this.unary(x, { kind: 'relu' });
  }

  binary(kind: BinaryKind, a: ValueId, b: ValueId): ValueId {
    return this.b.add({ op: 'binary', kind, source: kind, inputs: [a, b] });
  }

  add(a: ValueId, b: ValueId): ValueId {
    return this.binary('add', a, b);
  }

  prelu(x: ValueId, name: string): ValueId {
    return this.b.add({
      op: 'prelu',
      source: name,
      inputs: [x, this.weight(name, [1, 1, this.channels(x)])],
    });
  }

  concat(...inputs: ValueId[]): ValueId {
    return this.b.add({
      op: 'concat',
      source: 'concat',
      inputs,
      axis: this.b.shape(inputs[0] ?? '').length - 1,
    });
  }

  slice(x: ValueId, start: number, count: number, step = 1): ValueId {
    const axis = this.b.shape(x).length - 1;
    return this.b.add({ op: 'slice', source: 'slice', inputs: [x], axis, start, count, step });
  }

  gather(x: ValueId, indices: readonly number[]): ValueId {
    const axis = this.b.shape(x).length - 1;
    return this.b.add({ op: 'gather', source: 'gather', inputs: [x], axis, indices });
  }

  padChannels(x: ValueId, ...pair: Pair): ValueId {
    const pads = this.b.shape(x).map((_, axis, { length }): Pair => (axis === length - 1 ? pair : [0, 0]));
    return this.b.add({ op: 'pad', source: 'pad', inputs: [x], mode: 'constant', value: 0, pads });
  }

  reshape(x: ValueId, ...dims: number[]): ValueId {
    return this.b.add({ op: 'reshape', source: 'reshape', inputs: [x] }, { shape: [null, ...dims] });
  }

  transpose(x: ValueId, ...perm: number[]): ValueId {
    return this.b.add({ op: 'transpose', source: 'transpose', inputs: [x], perm });
  }

  mean(x: ValueId, keepDims = false): ValueId {
    return this.b.add({ op: 'reduce', source: 'mean', kind: 'mean', inputs: [x], axes: [1, 2], keepDims });
  }

  /** [N,H,W,C] → [N, H·W·C] in the order of a channels-first flatten. */
  flatten(x: ValueId): ValueId {
    const [, height = 1, width = 1, channels = 1] = this.b.shape(x).map((dim) => dim ?? 1);
    return this.reshape(this.transpose(x, 0, 3, 1, 2), height * width * channels);
  }

  /** ShuffleNet's channel shuffle. */
  shuffle(x: ValueId, groups: number): ValueId {
    const [, height = 1, width = 1, channels = 1] = this.b.shape(x).map((dim) => dim ?? 1);
    const split = this.reshape(x, height, width, groups, channels / groups);
    return this.reshape(this.transpose(split, 0, 1, 2, 4, 3), height, width, channels);
  }

  /** x · sigmoid(expand(relu(squeeze(mean x)))) */
  seGate(x: ValueId, name: string, squeezed: number): ValueId {
    const small = this.relu(this.conv(this.mean(x, true), `${name}.squeeze`, squeezed, { kernel: 1 }));
    const gate = this.conv(small, `${name}.expand`, this.channels(x), { kernel: 1 });
    return this.binary('mul', x, this.unary(gate, { kind: 'sigmoid' }));
  }

  channels(x: ValueId): number {
    return this.b.shape(x).at(-1) ?? 1;
  }

  weight(
    name: string,
    shape: readonly number[],
    role: 'weight' | 'statistic' = 'weight',
    [low, high]: Pair = [-1, 1],
  ): ValueId {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from({ length: size }, () => low + (high - low) * this.#random());
    const source = { tensor: name, axes: shape.map((_, axis) => axis) };
    return this.b.param({ name, shape, data, role, source });
  }

  /** Names the outputs and builds. */
  outputs(outputs: Readonly<Record<string, ValueId>>): Graph {
    for (const [name, value] of Object.entries(outputs)) this.b.output(name, value);
    return this.b.build();
  }

  /** A linear congruential generator. */
  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}
