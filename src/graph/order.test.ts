import { describe, expect, it } from 'vitest';
import { discoveryOrder } from './order';
import { Net } from './testing/net';

const names = (graph: Parameters<typeof discoveryOrder>[0]) =>
  discoveryOrder(graph)
    .map(({ source }) => source)
    .filter((source) => !['concat', 'add'].includes(source));

describe('discovery order', () => {
  it('walks the last input first, and places a node where it is first met', () => {
    const net = new Net();
    const stem = net.conv(net.input('x', 4, 4, 3), 'stem', 4);
    const a = net.conv(net.conv(stem, 'a1', 4), 'a2', 4);
    const b = net.conv(net.conv(stem, 'b1', 4), 'b2', 4);
    expect(names(net.outputs({ y: net.add(a, b) }))).toEqual(['a2', 'b2', 'b1', 'stem', 'a1']);
  });

  it('finishes one output before it begins the next', () => {
    const net = new Net();
    const stem = net.conv(net.input('x', 4, 4, 3), 'stem', 4);
    const left = net.conv(net.conv(stem, 'l1', 4), 'l2', 4);
    const right = net.conv(net.conv(stem, 'r1', 4), 'r2', 4);
    expect(names(net.outputs({ left, right }))).toEqual(['l2', 'l1', 'stem', 'r2', 'r1']);
  });

  it('leaves out what leads to no output', () => {
    const net = new Net();
    const stem = net.conv(net.input('x', 4, 4, 3), 'stem', 4);
    net.conv(stem, 'unused', 4);
    expect(names(net.outputs({ y: stem }))).toEqual(['stem']);
  });
});
