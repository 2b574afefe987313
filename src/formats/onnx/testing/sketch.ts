import type { TensorProto } from 'onnx-buf';
import { floats, float32s, int64s, type TinyAttributes, type TinyModel, type TinyNode } from './tiny';

interface ConvOptions {
  readonly kernel?: readonly [number, number];
  readonly stride?: number;
  readonly groups?: number;
  readonly act?: 'Relu' | 'LeakyRelu' | 'none';
}

/** Writes a network down layer by layer, as PyTorch would export it. Remembers how many channels each value has. */
export class Sketch {
  readonly #nodes: TinyNode[] = [];
  readonly #weights: TensorProto[] = [];
  readonly #channels = new Map<string, number>();
  #count = 0;

  constructor(channels: number) {
    this.#channels.set('x', channels);
  }

  channels(value: string): number {
    return this.#channels.get(value) ?? 0;
  }

  /** A convolution that keeps the size (or divides it by the stride), with bias and activation. */
  conv(x: string, out: number, options: ConvOptions = {}): string {
    const { kernel = [3, 3], stride = 1, groups = 1, act = 'Relu' } = options;
    const [name, [h, w]] = [this.#name('conv'), kernel];
    const fan = (this.channels(x) / groups) * h * w;
    this.#weigh(`${name}.weight`, [out, this.channels(x) / groups, h, w], fan);
    this.#weigh(`${name}.bias`, [out], 4);
    const pads = [(h - 1) / 2, (w - 1) / 2, (h - 1) / 2, (w - 1) / 2];
    const y = this.#op('Conv', [x, `${name}.weight`, `${name}.bias`], out, {
      pads,
      strides: [stride, stride],
      group: groups,
    });
    return act === 'none' ? y : this.#op(act, [y], out);
  }

  /** A transposed convolution that doubles the size. */
  up(x: string, out: number): string {
    const name = this.#name('up');
    this.#weigh(`${name}.weight`, [this.channels(x), out, 2, 2], this.channels(x));
    return this.#op('ConvTranspose', [x, `${name}.weight`], out, { strides: [2, 2] });
  }

  /** Twice the size, by repeating or between the positions. */
  resize(x: string, mode: 'nearest' | 'linear'): string {
    const scales = this.#name('scales');
    this.#weights.push(float32s(scales, [1, 1, 2, 2]));
    const how =
      mode === 'nearest' ? { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' } : {};
    return this.#op('Resize', [x, '', scales], this.channels(x), { mode, ...how });
  }

  pool(x: string, op: 'MaxPool' | 'AveragePool' = 'MaxPool', stride = 2): string {
    const same =
      stride === 1 ? { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } : { kernel_shape: [2, 2], strides: [2, 2] };
    return this.#op(op, [x], this.channels(x), same);
  }

  norm(x: string): string {
    const name = this.#name('bn');
    const [size, count] = [this.channels(x), 4];
    for (const part of ['weight', 'bias', 'running_mean']) this.#weigh(`${name}.${part}`, [size], count);
    const variance = Array.from({ length: size }, (_, i) => 0.5 + (i % 5) / 5);
    this.#weights.push(float32s(`${name}.running_var`, variance));
    const parts = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${name}.${part}`);
    return this.#op('BatchNormalization', [x, ...parts], size);
  }

  concat(...values: readonly string[]): string {
    const total = values.reduce((sum, value) => sum + this.channels(value), 0);
    return this.#op('Concat', values, total, { axis: 1 });
  }

  /** `Add` or `Mul` of two values of as many channels, or of one and a gate. */
  join(op: 'Add' | 'Mul', a: string, b: string): string {
    return this.#op(op, [a, b], this.channels(a));
  }

  sigmoid(x: string): string {
    return this.#op('Sigmoid', [x], this.channels(x));
  }

  /** One number a channel. */
  mean(x: string): string {
    return this.#op('GlobalAveragePool', [x], this.channels(x));
  }

  dense(x: string, out: number): string {
    const name = this.#name('fc');
    this.#weigh(`${name}.weight`, [out, this.channels(x)], this.channels(x));
    this.#weigh(`${name}.bias`, [out], 4);
    const flat = this.#op('Flatten', [x], this.channels(x));
    return this.#op('Gemm', [flat, `${name}.weight`, `${name}.bias`], out, { transB: 1 });
  }

  /** Channels `start` to `end`. */
  slice(x: string, start: number, end: number): string {
    const inputs = Object.entries({ start, end, axis: 1 }).map(([key, value]) => {
      const name = this.#name(key);
      this.#weights.push(int64s(name, [value]));
      return name;
    });
    return this.#op('Slice', [x, ...inputs], end - start);
  }

  model(size: number, outputs: readonly string[]): TinyModel {
    return {
      inputs: { x: ['N', this.channels('x'), size, size] },
      outputs,
      weights: this.#weights,
      nodes: this.#nodes,
    };
  }

  #op(op: string, inputs: readonly string[], channels: number, attributes: TinyAttributes = {}): string {
    const name = this.#name(op.toLowerCase());
    this.#nodes.push([op, inputs, [name], attributes]);
    this.#channels.set(name, channels);
    return name;
  }

  /** Weights of a size that keeps activations near one. */
  #weigh(name: string, dims: readonly number[], fan: number): void {
    const weight = floats(name, dims, 1 + this.#weights.length / 7);
    const data = new Float32Array(weight.rawData.slice().buffer).map((value) => value * Math.sqrt(2 / fan));
    weight.rawData = new Uint8Array(data.buffer);
    this.#weights.push(weight);
  }

  #name(kind: string): string {
    this.#count += 1;
    return `${kind}${this.#count}`;
  }
}
