/**
 * Makes the model file and the calibration set of public/demo/rooms from trained weights:
 *
 *     npx tsx scripts/build-rooms.ts [.cache/rooms [public/demo/rooms]]
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNpz } from '../src/calibration/write-npz';
import { encodeOnnx } from './demo/encode-onnx';
import { save } from './demo/save';
import { calibrationRooms } from './demo/rooms/data';
import { roomsNetwork } from './demo/rooms/network';
import { roomsSet } from './demo/rooms/set';
import { withWeights } from './demo/weights';

const source = join(process.argv[2] ?? '.cache/rooms', 'weights.npz');
const target = process.argv[3] ?? fileURLToPath(new URL('../public/demo/rooms', import.meta.url));
const { x, labels } = roomsSet(calibrationRooms());

save(target, 'rooms.onnx', encodeOnnx(withWeights(roomsNetwork(0, false), source), 'rooms'));
save(target, 'calibration.npz', writeNpz([x, ...labels]));
