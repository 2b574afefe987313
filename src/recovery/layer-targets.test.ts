import { memory } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../engine/testing/wasm';
import { graphMacs } from '../graph/cost';
import { Net } from '../graph/testing/net';
import { isKernelNode } from '../graph/nodes';
import { LayerTargets } from './layer-targets';
import { choosePositions } from './patches';
import { probe } from './probe';
import { Random } from '../util/random';
import { referenceOf } from './testing/nets';

beforeAll(startWasm);

const net = new Net();
const first = net.relu(net.conv(net.input('x', 12, 12, 1), 'first', 3));
const second = net.relu(net.bn(net.conv(first, 'second', 4, { bias: false }), 'norm'));
const graph = net.outputs({ y: net.dense(net.mean(net.conv(second, 'third', 5)), 'head', 2) });
const reference = referenceOf(graph, 64);
const layers = graph.nodes.filter(isKernelNode);

describe('a layer’s targets', () => {
  it('are rows of its output in the unpruned network, whatever is asked first and fits', async () => {
    const before = memory().numTensors;
    const whole = probe(
      graph,
      reference.set,
      layers.map(({ output }) => output),
    );
    const batches = await Promise.all(
      whole.batches.map(async (batch) => ({ batch, outputs: await whole.read(batch) })),
    );
    whole.dispose();

    const law = fc.asyncProperty(
      fc.shuffledSubarray([...layers.keys()], { minLength: 1 }),
      fc.constantFrom(0, 3e5, 1e9),
      fc.integer({ min: 1, max: 100 }),
      async (asked, budget, most) => {
        const targets = new LayerTargets(reference, () => true, budget);
        for (const index of asked) {
          const rows = await targets.of(layers[index]?.id ?? '');
          for (const { batch, outputs } of batches) {
            const output = outputs[index] ?? new Float32Array();
            const size = output.length / batch.count;
            const positions = size / rows.width;
            const sample = batch.count - 1;
            const chosen = choosePositions(positions, most, Random.of(batch.first + sample));
            const expected = [...chosen].flatMap((position) => [
              ...output.subarray(
                sample * size + position * rows.width,
                sample * size + (position + 1) * rows.width,
              ),
            ]);
            const found = rows.at(batch.first + sample, chosen);
            expect(found).toHaveLength(expected.length);
            expect(Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? NaN))))).toBeLessThan(
              1e-4,
            );
          }
        }
        const pass = graphMacs(graph) * reference.set.count;
        expect(targets.macs).toBeLessThanOrEqual((budget === 1e9 ? 1 : asked.length) * pass);
      },
    );
    await fc.assert(law, { numRuns: 6 });
    expect(memory().numTensors).toBe(before);
  });

  it('are not to be had of a layer that was not announced', async () => {
    const targets = new LayerTargets(reference, (id) => id === layers[0]?.id);
    await expect(targets.of(layers[1]?.id ?? '')).rejects.toThrow('Nothing is known');
  });
});
