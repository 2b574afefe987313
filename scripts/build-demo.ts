/**
 * Makes the model files and the calibration set of public/demo from trained weights:
 *
 *     npx tsx scripts/build-demo.ts [.cache/demo [public/demo]]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCalibration } from '../src/calibration';
import { writeNpz } from '../src/calibration/write-npz';
import type { Graph } from '../src/graph/graph';
import { startTraining } from './demo/backend';
import { calibrationPairs } from './demo/data';
import { encodeLayersModel } from './demo/encode-layers';
import { encodeOnnx } from './demo/encode-onnx';
import { canvas, type Pairs } from './demo/multi-mnist';
import { demoNetwork } from './demo/network';

const source = join(process.argv[2] ?? '.cache/demo', 'weights.npz');
const target = process.argv[3] ?? fileURLToPath(new URL('../public/demo', import.meta.url));

await startTraining();
const graph = withWeights(demoNetwork(0), source);
save('multimnist.onnx', encodeOnnx(graph));
for (const { name, bytes } of await encodeLayersModel(graph)) save(join('multimnist-tfjs', name), bytes);
save('calibration.npz', calibrationFile(calibrationPairs()));

function save(name: string, bytes: Uint8Array): void {
  const path = join(target, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  console.log(`${name}: ${(bytes.length / 1024).toFixed(0)} KiB`);
}

function withWeights(network: Graph, path: string): Graph {
  const { arrays } = readCalibration([{ name: 'weights.npz', bytes: readFileSync(path) }]);
  const params = [...network.params.values()].map((param) => {
    const data = arrays.get(param.name)?.data;
    if (!(data instanceof Float32Array) || data.length !== param.data.length)
      throw new Error(`${path} does not hold ${param.name} of shape ${param.shape.join('×')}.`);
    return [param.id, { ...param, data }] as const;
  });
  return { ...network, params: new Map(params) };
}

function calibrationFile({ count, images, left, right }: Pairs): Uint8Array {
  return writeNpz([
    { name: 'x', dtype: 'uint8', shape: [count, canvas, canvas, 1], data: images },
    { name: 'left', dtype: 'uint8', shape: [count], data: Uint8Array.from(left) },
    { name: 'right', dtype: 'uint8', shape: [count], data: Uint8Array.from(right) },
  ]);
}
