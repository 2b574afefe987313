import { GraphBuilder } from '../../graph/builder';
import type { Graph, ValueId } from '../../graph/graph';
import { noise } from './compare';

/** Small networks for tests, with random weights that do not depend on anything but the order of the calls. */
export class NetworkBuilder extends GraphBuilder {
  #seed = 1;

  weight(name: string, shape: readonly number[], low = -0.5, high = 0.5): ValueId {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const data = noise(size, this.#seed++, low, high);
    const axes = shape.map((_, axis) => axis);
    return this.param({ name, shape, data, role: 'weight', source: { tensor: name, axes } });
  }

  conv(name: string, x: ValueId, outs: number, options: ConvOptions = {}): ValueId {
    const { kernel = 3, stride = 1, groups = 1, bias = false } = options;
    const channels = this.shape(x)[3] ?? 1;
    const pad = Math.floor(kernel / 2);
    const weight = this.weight(`${name}.weight`, [kernel, kernel, channels / groups, outs]);
    return this.add({
      op: 'conv2d',
      source: name,
      inputs: [x, weight, ...(bias ? [this.weight(`${name}.bias`, [outs])] : [])],
      strides: [stride, stride],
      dilations: [1, 1],
      pads: [pad, pad, pad, pad],
      groups,
    });
  }

  batchNorm(name: string, x: ValueId): ValueId {
    const channels = this.shape(x).at(-1) ?? 1;
    const vector = (part: string, low: number, high: number) =>
      this.weight(`${name}.${part}`, [channels], low, high);
    const inputs = [
      x,
      vector('scale', 0.5, 1.5),
      vector('offset', -0.3, 0.3),
      vector('mean', -0.3, 0.3),
      vector('variance', 0.5, 2),
    ] as const;
    return this.add({ op: 'batchNorm', source: name, inputs, epsilon: 1e-5 });
  }

  relu(name: string, x: ValueId): ValueId {
    return this.add({ op: 'unary', source: name, inputs: [x], fn: { kind: 'relu' } });
  }

  dense(name: string, x: ValueId, outs: number): ValueId {
    const inputs = [
      x,
      this.weight(`${name}.weight`, [this.shape(x).at(-1) ?? 1, outs]),
      this.weight(`${name}.bias`, [outs]),
    ];
    return this.add({ op: 'dense', source: name, inputs });
  }

  maxPool(name: string, x: ValueId): ValueId {
    const [batch = null, height, width, channels] = this.shape(x);
    const shape = [batch, (height ?? 2) / 2, (width ?? 2) / 2, channels ?? 1];
    const attributes = { kernel: [2, 2], strides: [2, 2], dilations: [1, 1], pads: [0, 0, 0, 0] } as const;
    return this.add(
      { op: 'pool', kind: 'max', source: name, inputs: [x], countIncludePad: false, ...attributes },
      { shape },
    );
  }

  mean(name: string, x: ValueId): ValueId {
    return this.add({ op: 'reduce', kind: 'mean', source: name, inputs: [x], axes: [1, 2], keepDims: false });
  }
}

export interface ConvOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly bias?: boolean;
}

/** A residual trunk (stem, one block, a depthwise layer) with two dense heads, `left` and `right`. */
export function twoHeadNetwork(size = 8, width = 8): Graph {
  const net = new NetworkBuilder('two heads');
  const image = net.input('image', [null, 1, size, size]);
  const x = net.add({ op: 'transpose', source: 'to NHWC', inputs: [image], perm: [0, 2, 3, 1] });
  const stem = net.relu('stem.relu', net.batchNorm('stem.bn', net.conv('stem', x, width)));
  const inner = net.relu('a.relu', net.batchNorm('a.bn', net.conv('a', stem, width)));
  const residual = net.batchNorm('b.bn', net.conv('b', inner, width));
  const sum = net.add({ op: 'binary', kind: 'add', source: 'sum', inputs: [residual, stem] });
  const trunk = net.maxPool('pool', net.relu('sum.relu', sum));
  const wide = net.relu('c.relu', net.conv('c', trunk, 2 * width, { bias: true, kernel: 1 }));
  const depthwise = net.relu('d.relu', net.conv('d', wide, 2 * width, { groups: 2 * width }));
  const features = net.mean('gap', depthwise);
  for (const head of ['left', 'right']) {
    const hidden = net.relu(`${head}.relu`, net.dense(`${head}.fc1`, features, width));
    net.output(head, net.dense(`${head}.fc2`, hidden, 5));
  }
  return net.build();
}
