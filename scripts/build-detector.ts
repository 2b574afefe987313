/**
 * Makes the model file and the calibration set of public/demo/detector from trained weights:
 *
 *     npx tsx scripts/build-detector.ts [.cache/detector [public/demo/detector]]
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNpz } from '../src/calibration/write-npz';
import { encodeOnnx } from './demo/encode-onnx';
import { save } from './demo/save';
import { calibrationScenes } from './demo/detector/data';
import { detectorNetwork, generous } from './demo/detector/network';
import { detectorSet } from './demo/detector/set';
import { withWeights } from './demo/weights';

const source = join(process.argv[2] ?? '.cache/detector', 'weights.npz');
const target = process.argv[3] ?? fileURLToPath(new URL('../public/demo/detector', import.meta.url));
const { x, labels } = detectorSet(calibrationScenes());

save(target, 'detector.onnx', encodeOnnx(withWeights(detectorNetwork(0, generous), source), 'detector'));
save(target, 'calibration.npz', writeNpz([x, ...labels]));
