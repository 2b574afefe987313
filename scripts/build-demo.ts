/**
 * Makes the model files and the calibration set of public/demo from trained weights:
 *
 *     npx tsx scripts/build-demo.ts [.cache/demo [public/demo]]
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNpz } from '../src/calibration/write-npz';
import { startTraining } from './demo/backend';
import { calibrationPairs } from './demo/data';
import { encodeLayersModel } from './demo/encode-layers';
import { encodeOnnx } from './demo/encode-onnx';
import { canvas, type Pairs } from './demo/multi-mnist';
import { demoNetwork } from './demo/network';
import { save } from './demo/save';
import { withWeights } from './demo/weights';

const source = join(process.argv[2] ?? '.cache/demo', 'weights.npz');
const target = process.argv[3] ?? fileURLToPath(new URL('../public/demo', import.meta.url));

await startTraining();
const graph = withWeights(demoNetwork(0), source);
save(target, 'multimnist.onnx', encodeOnnx(graph, 'multimnist'));
for (const { name, bytes } of await encodeLayersModel(graph))
  save(target, join('multimnist-tfjs', name), bytes);
save(target, 'calibration.npz', calibrationFile(calibrationPairs()));

function calibrationFile({ count, images, left, right }: Pairs): Uint8Array {
  return writeNpz([
    { name: 'x', dtype: 'uint8', shape: [count, canvas, canvas, 1], data: images },
    { name: 'left', dtype: 'uint8', shape: [count], data: Uint8Array.from(left) },
    { name: 'right', dtype: 'uint8', shape: [count], data: Uint8Array.from(right) },
  ]);
}
