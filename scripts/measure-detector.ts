/**
 * Measures ONNX models of the detector demo on unseen scenes and on the calibration set:
 *
 *     npx tsx scripts/measure-detector.ts public/demo/detector/detector.onnx OUT/detector-pruned.onnx
 */
import { startWasm } from '../src/engine/testing/wasm';
import { calibrationScenes, testScenes } from './demo/detector/data';
import { detectorSet } from './demo/detector/set';
import { detectorTasks } from './demo/detector/tasks';
import { reportModels } from './demo/measure';

await startWasm();
const sets = { test: detectorSet(testScenes()), calibration: detectorSet(calibrationScenes()) };
reportModels(process.argv.slice(2), sets, detectorTasks);
