import * as tf from '@tensorflow/tfjs-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Executor } from '../../src/engine/executor';
import { startWasm } from '../../src/engine/testing/wasm';
import type { Graph } from '../../src/graph/graph';
import { detectorNetwork, generous, slender } from './detector/network';
import { grownFrom, weightsFile } from './weights';

beforeAll(startWasm);

it('a network that grows computes what it did', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'));
  const small = detectorNetwork(1, slender);
  writeFileSync(join(folder, 'weights.npz'), weightsFile(small));
  const large = grownFrom(detectorNetwork(2, generous), join(folder, 'weights.npz'));
  rmSync(folder, { recursive: true });

  expect(large.params.get('neck.fuse.conv.weight')?.shape).toEqual([3, 3, 48, generous.neck]);
  expectSame(large, small);
});

function expectSame(found: Graph, wanted: Graph): void {
  const [a, b] = [run(found), run(wanted)];
  wanted.outputs.forEach((_, index) => {
    const error = tf.max(tf.abs(tf.sub(a[index] ?? 0, b[index] ?? 0))).dataSync()[0];
    expect(error).toBeLessThan(1e-4);
  });
}

function run(network: Graph): tf.Tensor[] {
  const executor = new Executor(
    network,
    network.outputs.map(({ value }) => value),
  );
  return executor.run(new Map([['x', tf.randomUniform([2, 64, 64, 1], 0, 1, 'float32', 5)]]));
}
