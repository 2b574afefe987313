/**
 * Measures ONNX models of the rooms demo on unseen scenes and on the calibration set:
 *
 *     npx tsx scripts/measure-rooms.ts public/demo/rooms/rooms.onnx OUT/rooms-pruned.onnx
 */
import { startWasm } from '../src/engine/testing/wasm';
import { calibrationRooms, testRooms } from './demo/rooms/data';
import { roomsSet } from './demo/rooms/set';
import { roomTaskSpecs } from './demo/rooms/tasks';
import { meanPredictor } from './demo/rooms/mean-predictor';
import { measureTasks, reportModels } from './demo/measure';

await startWasm();
const sets = { test: roomsSet(testRooms()), calibration: roomsSet(calibrationRooms()) };
reportModels(process.argv.slice(2), sets, roomTaskSpecs);
console.log(
  'the mean over training rooms, pixel by pixel:',
  measureTasks(meanPredictor(), sets.test, roomTaskSpecs),
);
