import { memory, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '../graph/graph';
import { Executor } from './executor';
import { interpret } from './interpret';
import { noise, relativeDifference } from './testing/compare';
import { NetworkBuilder, twoHeadNetwork } from './testing/networks';
import { ndarray, referenceValues } from './testing/reference';
import { startWasm } from './testing/wasm';

beforeAll(startWasm);

const SHAPE = [3, 1, 8, 8];
const pixels = noise(3 * 64, 7);

function outputsOf(graph: Graph): string[] {
  return graph.outputs.map((output) => output.value);
}

function inputOf(graph: Graph): string {
  return graph.inputs[0]?.id ?? '';
}

describe('Executor', () => {
  const graph = twoHeadNetwork();

  it('computes what the graph means, with batch norms folded and activations fused', () => {
    const executor = new Executor(graph, outputsOf(graph));
    const fused = executor.plan.steps.map((step) => step.nodes.map((node) => node.source).join('+'));
    expect(fused).toContain('stem+stem.bn+stem.relu');
    expect(fused).toContain('b+b.bn');
    expect(fused).toContain('left.fc1+left.relu');

    const expected = referenceValues(graph, new Map([[inputOf(graph), ndarray(SHAPE, pixels)]]));
    const image = tensor(pixels, SHAPE, 'float32');
    executor.run(new Map([[inputOf(graph), image]])).forEach((output, index) => {
      const reference = expected.get(outputsOf(graph)[index] ?? '');
      expect(relativeDifference(output.dataSync(), reference?.data ?? [])).toBeLessThan(1e-5);
      output.dispose();
    });
    image.dispose();
    executor.dispose();
  });

  it('starts from values that are known already and runs only what lies behind them', () => {
    const sum = graph.nodes.find((node) => node.source === 'sum')?.output ?? '';
    const executor = new Executor(graph, [...outputsOf(graph), sum]);
    const image = tensor(pixels, SHAPE, 'float32');
    const [left, right, middle] = executor.run(new Map([[inputOf(graph), image]]));
    if (!left || !right || !middle) throw new Error('an output is missing');

    const schedule = executor.schedule(new Set([sum]), outputsOf(graph));
    expect(schedule.steps.map((step) => step.nodes[0]?.source)).not.toContain('stem');
    const again = executor.run(new Map([[sum, middle]]), schedule);
    expect(again[0]?.dataSync()).toEqual(left.dataSync());
    expect(again[1]?.dataSync()).toEqual(right.dataSync());

    [...again, left, right, middle, image].forEach((each) => each.dispose());
    executor.dispose();
  });

  it('leaves no tensor behind', () => {
    const before = memory().numTensors;
    const executor = new Executor(graph, outputsOf(graph));
    const image = tensor(pixels, SHAPE, 'float32');
    executor.run(new Map([[inputOf(graph), image]])).forEach((output) => output.dispose());
    image.dispose();
    executor.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('agrees with the unfused interpretation', () => {
    const executor = new Executor(graph, outputsOf(graph));
    tidy(() => {
      const feeds = new Map([[inputOf(graph), tensor(pixels, SHAPE, 'float32')]]);
      const plain = interpret(graph, feeds);
      executor.run(feeds).forEach((output, index) => {
        expect(relativeDifference(output.dataSync(), plain[index]?.dataSync() ?? [])).toBeLessThan(1e-5);
      });
    });
    executor.dispose();
  });

  it('drops identities and transposes that cancel, also when they are wanted themselves', () => {
    const net = new NetworkBuilder();
    const image = net.input('x', [null, 2, 3, 4]);
    const there = net.add({ op: 'transpose', source: 't', inputs: [image], perm: [0, 2, 3, 1] });
    const back = net.add({ op: 'transpose', source: 'u', inputs: [there], perm: [0, 3, 1, 2] });
    net.output('y', net.add({ op: 'identity', source: 'i', inputs: [back] }));
    const executor = new Executor(net.build(), outputsOf(net.build()));
    expect(executor.plan.steps).toEqual([]);
    const x = tensor(noise(24), [1, 2, 3, 4], 'float32');
    const [y] = executor.run(new Map([['x', x]]));
    expect(y?.dataSync()).toEqual(x.dataSync());
    y?.dispose();
    x.dispose();
  });

  it('keeps a batch norm apart when something else reads the layer before it', () => {
    const net = new NetworkBuilder();
    const x = net.input('x', [null, 4, 4, 2]);
    const conv = net.conv('c', x, 3);
    const normed = net.batchNorm('bn', conv);
    net.output('y', net.add({ op: 'binary', kind: 'add', source: 'sum', inputs: [normed, conv] }));
    const executor = new Executor(net.build(), outputsOf(net.build()));
    expect(executor.plan.steps.map((step) => step.nodes.length)).toEqual([1, 1, 1]);
  });

  it('names the operator it cannot run', () => {
    const net = new NetworkBuilder();
    const x = net.input('x', [null, 4]);
    const inputs = [x];
    net.output(
      'y',
      net.add(
        { op: 'opaque', source: 'nms', sourceOp: 'NonMaxSuppression', reason: 'it sorts.', inputs },
        { shape: [null, 4] },
      ),
    );
    expect(() => new Executor(net.build(), ['nms'])).toThrow(/"nms" \(NonMaxSuppression\)/);
  });
});
