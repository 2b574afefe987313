import { describe, expect, it } from 'vitest';
import type { ChannelGroup } from './channel-types';
import { analyseChannels } from './channels';
import { idleGlobs } from './exclude';
import type { Graph, ValueId } from './graph';
import { Net } from './testing/net';

const bare = (name: string) => name.replace('.weight', '');

/** `a+b → c` and what is frozen, a line a group. */
function lines(graph: Graph, exclude: readonly string[] = []): string[] {
  return analyseChannels(graph, { exclude }).groups.map((group) => line(group));
}

function line({ producers, consumers, size, frozen }: ChannelGroup): string {
  const names = (layers: ChannelGroup['producers']) => layers.map(({ name }) => bare(name)).join('+');
  return `${names(producers)} → ${names(consumers)}, ${size}${frozen === null ? '' : `: ${frozen}`}`;
}

/** A stem of `channels` channels, what `body` makes of it, and a head. */
function withBody(channels: number, body: (net: Net, x: ValueId) => ValueId): Graph {
  const net = new Net();
  const stem = net.conv(net.input('x', 8, 8, 3), 'stem', channels);
  const end = body(net, net.relu(stem));
  return net.outputs({ y: net.dense(net.mean(end), 'head', 5) });
}

const head = 'head → , 5: reaches the output "y"';

describe('channel groups', () => {
  it('follow channels through batch norm, activations and pooling', () => {
    const graph = withBody(8, (net, x) => net.relu(net.bn(x, 'bn')));
    expect(lines(graph)).toEqual([head, 'stem → head, 8']);
    const { params } = analyseChannels(graph);
    expect([...params.keys()].filter((id) => id.startsWith('bn')).sort()).toEqual([
      'bn.bias',
      'bn.mean',
      'bn.var',
      'bn.weight',
    ]);
  });

  it('unite what a residual adds', () => {
    const graph = withBody(8, (net, x) => net.add(x, net.conv(net.relu(net.conv(x, 'a', 6)), 'b', 8)));
    expect(lines(graph)).toEqual([head, 'b+stem → head+a, 8', 'a → b, 6']);
  });

  it('stay apart in a concatenation', () => {
    const graph = withBody(8, (net, x) => net.concat(net.conv(x, 'a', 4), x));
    expect(lines(graph)).toEqual([head, 'a → head, 4', 'stem → head+a, 8']);
  });

  it('are one for a layer whose channels are split', () => {
    const graph = withBody(8, (net, x) =>
      net.concat(net.conv(net.slice(x, 0, 4), 'a', 4), net.conv(net.slice(x, 4, 4), 'b', 4)),
    );
    expect(lines(graph)).toEqual([head, 'a → head, 4', 'b → head, 4', 'stem → a+b, 8']);
  });

  it('pass depthwise layers, which neither make nor read them', () => {
    const graph = withBody(8, (net, x) => net.conv(net.depthwise(x, 'dw', 2), 'point', 4));
    expect(lines(graph)).toEqual([head, 'point → head, 4', 'stem → point, 8']);
    const { params } = analyseChannels(graph);
    expect([...(params.get('dw.weight')?.[0]?.unit ?? [])].slice(0, 6)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('couple the same offset of every group of a grouped convolution', () => {
    const graph = withBody(8, (net, x) => net.conv(x, 'grouped', 12, { groups: 4 }));
    const { groups } = analyseChannels(graph);
    expect(groups.map(line)).toEqual([head, 'grouped → head, 3', 'stem → grouped, 2']);
    expect(groups.map(({ channels }) => channels[1])).toEqual([[1], [1, 4, 7, 10], [1, 3, 5, 7]]);
  });

  it('permute with a channel shuffle', () => {
    const graph = withBody(8, (net, x) => net.conv(net.shuffle(x, 2), 'a', 4, { groups: 1 }));
    expect(lines(graph)).toEqual([head, 'a → head, 4', 'stem → a, 4']);
    const { groups, params } = analyseChannels(graph);
    expect(groups[2]?.channels).toEqual([
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ]);
    const read = params.get('a.weight')?.find(({ axis }) => axis === 2);
    expect([...(read?.unit ?? [])]).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  it('repeat where a flatten merges them with positions', () => {
    const net = new Net();
    const conv = net.conv(net.input('x', 2, 2, 3), 'conv', 3);
    const graph = net.outputs({ y: net.dense(net.flatten(conv), 'head', 5) });
    expect(lines(graph)).toEqual([head, 'conv → head, 3']);
    const rows = analyseChannels(graph)
      .params.get('head.weight')
      ?.find(({ axis }) => axis === 0);
    expect([...(rows?.unit ?? [])]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('tie a gate to what it gates', () => {
    const graph = withBody(8, (net, x) => net.seGate(x, 'se', 4));
    expect(lines(graph)).toEqual([head, 'se.expand+stem → head+se.squeeze, 8', 'se.squeeze → se.expand, 4']);
  });

  it('unite through tied weights', () => {
    const net = new Net();
    const x = net.input('x', 4, 4, 3);
    const kernel = net.weight('tied.weight', [1, 1, 3, 6]);
    const conv = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], groups: 1 } as const;
    const branch = () => net.b.add({ op: 'conv2d', source: 'tied', inputs: [x, kernel], ...conv });
    const [a, b] = [net.conv(branch(), 'a', 4), net.conv(branch(), 'b', 4)];
    const graph = net.outputs({ y: net.dense(net.mean(net.concat(a, b)), 'head', 5) });
    expect(lines(graph)).toEqual([head, 'a → head, 4', 'b → head, 4', 'tied → a+b, 6']);
  });

  it('carry a query and a key into their product', () => {
    const graph = withBody(8, (net, x) => {
      const tokens = net.reshape(x, 64, 8);
      const [q, k, v] = [net.dense(tokens, 'q', 6), net.dense(tokens, 'k', 6), net.dense(tokens, 'v', 4)];
      const product = {
        op: 'matmul',
        source: 'qk',
        inputs: [q, k],
        transposeA: false,
        transposeB: true,
      } as const;
      const scores = net.b.add(product);
      const soft = net.b.add({ op: 'softmax', source: 'softmax', inputs: [scores], axis: 2 });
      const mixed = {
        op: 'matmul',
        source: 'av',
        inputs: [soft, v],
        transposeA: false,
        transposeB: false,
      } as const;
      return net.reshape(net.b.add(mixed), 8, 8, 4);
    });
    expect(lines(graph).toSorted()).toEqual([head, 'v → head, 4', 'q+k → , 6', 'stem → v+q+k, 8'].toSorted());
  });
});

describe('frozen groups', () => {
  it('meet the input', () => {
    const net = new Net();
    const x = net.input('x', 4, 4, 8);
    const graph = net.outputs({ y: net.dense(net.mean(net.add(x, net.conv(x, 'conv', 8))), 'head', 5) });
    expect(lines(graph)).toEqual([head, 'conv → head, 8: tied to the input "x"']);
  });

  it('reach an operator that is not understood', () => {
    const graph = withBody(8, (net, x) =>
      net.b.add(
        { op: 'opaque', source: 'nms', sourceOp: 'NonMaxSuppression', reason: 'unknown', inputs: [x] },
        { shape: [null, 8, 8, 8] },
      ),
    );
    const reason = 'read by NonMaxSuppression, which the studio does not execute';
    expect(lines(graph)).toEqual([head, `stem → , 8: ${reason}`]);
  });

  it('are mixed with each other', () => {
    const softmax = withBody(8, (net, x) => net.b.add({ op: 'softmax', source: 's', inputs: [x], axis: 3 }));
    expect(lines(softmax)[1]).toBe('stem → , 8: mixed with each other by the softmax "s"');
    const normalised = withBody(8, (net, x) =>
      net.b.add({ op: 'normalize', source: 'ln', inputs: [x], axes: [3], epsilon: 1e-5 }),
    );
    expect(lines(normalised)[1]).toContain('mixed with each other by the normalize "ln"');
    const strided = withBody(8, (net, x) => net.slice(x, 0, 4, 2));
    expect(lines(strided)[1]).toContain('taken in steps of 2');
  });

  it('are spread over several channels', () => {
    const graph = withBody(8, (net, x) => net.binary('mul', x, net.conv(x, 'attention', 1)));
    expect(lines(graph)).toContain('attention → , 1: spread over several channels by "mul"');
    expect(lines(graph)).toContain('stem → head+attention, 8');
  });

  it('depend on weights that were computed while reading', () => {
    const graph = withBody(8, (net, x) => {
      const data = new Float32Array(8);
      const folded = net.b.param({ name: 'folded', shape: [8], data, role: 'constant', source: null });
      return net.add(x, folded);
    });
    expect(lines(graph)[1]).toBe('stem → head, 8: "folded" is computed from other weights of the file');
  });

  it.each(['stem', 'st*', 'stem.weight', '?tem'])('are excluded by %s', (glob) => {
    const graph = withBody(8, (_, x) => x);
    expect(lines(graph, [glob])[1]).toBe('stem → head, 8: excluded by the recipe');
    expect(lines(graph, ['tem'])[1]).toBe('stem → head, 8');
  });

  it('are told of when they name no layer', () => {
    const graph = withBody(8, (_, x) => x);
    expect(idleGlobs(graph, ['st*', 'steam', 'head'])).toEqual([
      '"exclude" names "steam", which is no layer of the model: they are stem, head …',
    ]);
  });

  it('come after the prunable ones of the same layer, which keeps its plain name', () => {
    const net = new Net();
    const conv = net.conv(net.input('x', 4, 4, 3), 'conv', 8);
    const graph = net.outputs({
      y: net.dense(net.mean(net.slice(conv, 3, 5)), 'head', 5),
      raw: net.mean(net.slice(conv, 0, 3)),
    });
    const groups = analyseChannels(graph).groups.filter(({ id }) => id.startsWith('conv'));
    expect(groups.map(({ id, size, frozen }) => [id, size, frozen])).toEqual([
      ['conv.weight', 5, null],
      ['conv.weight#2', 3, 'reaches the output "raw"'],
    ]);
    expect(groups[0]?.channels).toEqual([[3], [4], [5], [6], [7]]);
  });
});
