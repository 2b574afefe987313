import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { NamedArray } from '../../../src/calibration/calibration';
import { readNpz } from '../../../src/calibration/npz';
import { startWasm } from '../../../src/engine/testing/wasm';
import { readModel } from '../../../src/formats';
import { measureTasks } from '../measure';
import { calibrationScenes } from './data';
import { detectorSet } from './set';
import { detectorTasks } from './tasks';

const folder = fileURLToPath(new URL('../../../public/demo/detector', import.meta.url));
const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const set = detectorSet(calibrationScenes());

beforeAll(startWasm);

it('finds digits and their pixels in scenes it has never seen', () => {
  const { graph } = readModel([{ name: 'detector.onnx', bytes: read('detector.onnx') }]);
  const { heat, segments } = measureTasks(graph, set, detectorTasks);
  expect(heat?.['mAP@.5']).toBeGreaterThan(0.8);
  expect(segments?.['mIoU']).toBeGreaterThan(0.75);
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
  expect(recipe).toMatchObject({ tasks: detectorTasks });
});

it('stays under 4 MB', () => {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(4e6);
});

function bytesOf({ data }: NamedArray): Buffer {
  return Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
