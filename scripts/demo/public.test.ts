import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { readCalibration } from '../../src/calibration';
import { startWasm } from '../../src/engine/testing/wasm';
import { readModel } from '../../src/formats';
import type { Graph } from '../../src/graph/graph';
import { measure, type TaskFigures } from './accuracy';
import { calibrationPairs } from './data';
import { tasks, type Task } from './network';

const folder = fileURLToPath(new URL('../../public/demo', import.meta.url));
const file = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) });

let onnx: Graph;
let figures: Record<Task, TaskFigures>;

beforeAll(async () => {
  await startWasm();
  onnx = readModel([file('multimnist.onnx')]).graph;
  figures = measure(onnx, calibrationPairs());
});

it('knows at least 95 % of the digits of the calibration set, but not all: its loss can rise by a factor', () => {
  for (const task of tasks) {
    expect(figures[task].accuracy).toBeGreaterThan(0.95);
    expect(figures[task].loss).toBeGreaterThan(0.02);
  }
});

it('is the same network in both formats', () => {
  const names = ['model.json', 'weights.bin'].map((name) => join('multimnist-tfjs', name));
  const layers = measure(readModel(names.map(file)).graph, calibrationPairs());
  for (const task of tasks) {
    expect(layers[task].accuracy).toBe(figures[task].accuracy);
    expect(layers[task].loss).toBeCloseTo(figures[task].loss, 5);
  }
});

it('comes with the calibration pairs that the script draws', () => {
  const { arrays } = readCalibration([file('calibration.npz')]);
  const pairs = calibrationPairs();

  expect(arrays.get('x')?.shape).toEqual([512, 36, 36, 1]);
  expect(Buffer.from(pairs.images).equals(Buffer.from(Uint8Array.from(arrays.get('x')?.data ?? [])))).toBe(
    true,
  );
  for (const task of tasks) expect(Array.from(arrays.get(task)?.data ?? [])).toEqual(Array.from(pairs[task]));
});

it('stays under 3 MB', () => {
  const sizes = ['.', 'multimnist-tfjs'].flatMap((part) =>
    readdirSync(join(folder, part)).map((name) => {
      const stats = statSync(join(folder, part, name));
      return stats.isFile() ? stats.size : 0;
    }),
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(3e6);
});
