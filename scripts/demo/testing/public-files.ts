import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { NamedArray } from '../../../src/calibration/calibration';
import { readNpz } from '../../../src/calibration/npz';
import type { Artifact } from '../../../src/formats/artifact';
import { readModel } from '../../../src/formats';
import type { TaskSpec } from '../../../src/tasks/task';
import type { DemoSet } from '../measure';

/** The network of a demo as the page gets it. */
export function publicModel(demo: string): Artifact {
  const name = `${demo}.onnx`;
  return readModel([{ name, bytes: read(demo, name) }]);
}

/** Tests that a demo's files are those that its scripts make. */
export function testPublicFiles(demo: string, set: DemoSet, tasks: readonly TaskSpec[]): void {
  it('comes with the calibration set that the script draws', () => {
    const file = readNpz(read(demo, 'calibration.npz'), 'calibration.npz');
    const arrays = new Map(file.map((array) => [array.name, array]));
    for (const wanted of [set.x, ...set.labels]) {
      const found = arrays.get(wanted.name);
      expect(found?.shape).toEqual(wanted.shape);
      expect(found && bytesOf(found).equals(bytesOf(wanted))).toBe(true);
    }
  });

  it('has a recipe with the tasks that the script measures', () => {
    const recipe: unknown = JSON.parse(new TextDecoder().decode(read(demo, 'recipe.json')));
    expect(recipe).toMatchObject({ tasks });
  });

  it('stays under 4 MB', () => {
    const sizes = readdirSync(folder(demo)).map((name) => statSync(join(folder(demo), name)).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(4e6);
  });
}

const folder = (demo: string) => fileURLToPath(new URL(`../../../public/demo/${demo}`, import.meta.url));
const read = (demo: string, name: string) => new Uint8Array(readFileSync(join(folder(demo), name)));

function bytesOf({ data }: NamedArray): Buffer {
  return Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
