import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { NamedArray } from '../../../src/calibration/calibration';
import { readNpz } from '../../../src/calibration/npz';
import { startWasm } from '../../../src/engine/testing/wasm';
import { readModel } from '../../../src/formats';
import { measureTasks } from '../measure';
import { calibrationRooms } from './data';
import { roomsSet } from './set';
import { roomTaskSpecs } from './tasks';

const folder = fileURLToPath(new URL('../../../public/demo/rooms', import.meta.url));
const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const set = roomsSet(calibrationRooms());

beforeAll(startWasm);

it('does its four tasks in rooms it has never seen', () => {
  const { graph } = readModel([{ name: 'rooms.onnx', bytes: read('rooms.onnx') }]);
  const { segments, depth, normals, edges } = measureTasks(graph, set, roomTaskSpecs);
  expect(segments?.['mIoU']).toBeGreaterThan(0.7);
  expect(depth?.['RMSE']).toBeLessThan(0.45);
  expect(normals?.['mean angle (°)']).toBeLessThan(12);
  expect(edges?.['odsF (approximate)']).toBeGreaterThan(0.7);
});

it('comes with the calibration set that the script draws', () => {
  const arrays = new Map(
    readNpz(read('calibration.npz'), 'calibration.npz').map((array) => [array.name, array]),
  );
  for (const wanted of [set.x, ...set.labels]) {
    const found = arrays.get(wanted.name);
    expect(found?.shape).toEqual(wanted.shape);
    expect(found && bytesOf(found).equals(bytesOf(wanted))).toBe(true);
  }
});

it('has a recipe with the tasks that the script measures', () => {
  const recipe: unknown = JSON.parse(new TextDecoder().decode(read('recipe.json')));
  expect(recipe).toMatchObject({ tasks: roomTaskSpecs });
});

it('stays under 4 MB', () => {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(4e6);
});

function bytesOf({ data }: NamedArray): Buffer {
  return Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
