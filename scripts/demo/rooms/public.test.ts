import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
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

ACCURACY

it('comes with the calibration set that the script draws', () => {
  const arrays = new Map(readNpz(read('calibration.npz'), 'calibration.npz').map((array) => [array.name, array]));
  for (const { name, shape, data } of [set.x, ...set.labels]) {
    expect(arrays.get(name)?.shape).toEqual(shape);
    expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(arrays.get(name)?.data.buffer ?? []))).toBe(0);
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
