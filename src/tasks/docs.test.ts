import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { NamedArray } from '../calibration/calibration';
import { startWasm } from '../engine/testing/wasm';
import { Net } from '../graph/testing/net';
import type { Graph, ValueId } from '../graph/graph';
import { parseRecipe } from '../pruning/recipe-parse';
import { createSession } from '../session';
import { lossNames } from './loss-names';
import { bytes, floats } from './testing/arrays';

const guide = readFileSync(fileURLToPath(new URL('../../docs/tasks.md', import.meta.url)), 'utf8');
const blocks = [...guide.matchAll(/```json\n([^`]+)```/g)].map(([, text = '']) => text);

const samples = 4;
const side = 16;
const regions = 8;

/** Corners of boxes of 6×6 pixels, two of which lie on objects. */
const proposals = Array.from({ length: regions }, (_, i) => [i, i, i + 6, i + 6]).flat();

/** A trunk with a head for every task of the guide. */
function network(): Graph {
  const net = new Net();
  const stem = net.relu(net.conv(net.input('x', side, side, 3), 'stem', 6));
  const trunk = net.relu(net.conv(stem, 'trunk', 6));
  const half = net.relu(net.conv(trunk, 'half', 6, { stride: 2 }));
  const quarter = net.relu(net.conv(half, 'quarter', 6, { stride: 2 }));
  const pooled = net.mean(quarter);
  const outputs: Readonly<Record<string, ValueId>> = {
    logits: net.dense(pooled, 'logits', 10),
    tags: net.dense(pooled, 'tags', 5),
    ages: net.dense(pooled, 'ages', 8),
    numbers: net.dense(pooled, 'numbers', 3),
    trunk,
    seg: net.conv(trunk, 'seg', 4),
    saliency: net.conv(trunk, 'saliency', 1),
    depth: net.unary(net.conv(trunk, 'depth', 1), { kind: 'sigmoid' }),
    normals: net.conv(trunk, 'normals', 3),
    joints: net.conv(half, 'joints', 2),
    heat: net.conv(half, 'heat', 3),
    wh: net.conv(half, 'wh', 2),
    off: net.conv(half, 'off', 2),
    location: net.reshape(net.conv(half, 'location', 8), 128, 4),
    confidence: net.reshape(net.conv(half, 'confidence', 8), 128, 4),
    fine: net.conv(half, 'fine', 16),
    coarse: net.conv(quarter, 'coarse', 16),
    objectness: net.conv(half, 'objectness', 2),
    offsets: net.conv(half, 'offsets', 8),
    'region logits': net.reshape(net.dense(pooled, 'regions', regions * 4), regions, 4),
    'region offsets': net.reshape(net.dense(pooled, 'shifts', regions * 16), regions, 16),
    proposals: net.reshape(fixed(net, pooled), regions, 4),
  };
  return net.outputs(outputs);
}

/** The proposals, whatever the input. */
function fixed(net: Net, pooled: ValueId): ValueId {
  const param = (name: string, shape: readonly number[], data: Float32Array) =>
    net.b.param({
      name,
      shape,
      data,
      role: 'weight',
      source: { tensor: name, axes: shape.map((_, i) => i) },
    });
  const inputs = [
    pooled,
    param('fixed.weight', [6, proposals.length], new Float32Array(6 * proposals.length)),
    param('fixed.bias', [proposals.length], Float32Array.from(proposals)),
  ];
  return net.b.add({ op: 'dense', source: 'fixed', inputs });
}

function arrays(): readonly NamedArray[] {
  let state = 1;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, samples);
  const whole = (name: string, shape: readonly number[], below: number) =>
    bytes(
      name,
      [samples, ...shape],
      Array.from({ length: size(shape) }, () => Math.floor(next() * below)),
    );
  const real = (name: string, shape: readonly number[], of = next) =>
    floats(name, [samples, ...shape], Array.from({ length: size(shape) }, of));
  const objects = [2, 2, 8, 8, 5, 4, 11, 12, 0, 0, 0, 0];
  return [
    real('x', [side, side, 3]),
    whole('class', [], 10),
    whole('tags', [5], 2),
    real('age', [], () => 10 + 60 * next()),
    real('numbers', [3]),
    whole('mask', [side, side], 4),
    whole('salient', [side, side], 2),
    whole('edges', [side, side], 2),
    real('depth', [side, side], () => (next() < 0.2 ? 0 : 1 + next())),
    real('normals', [side, side, 3], () => Math.sqrt(1 / 3)),
    real('keypoints', [2, 3], () => 1 + 10 * next()),
    real('heat map', [8, 8, 3]),
    floats('boxes', [samples, 3, 4], Array.from({ length: samples }, () => objects).flat()),
    floats('classes', [samples, 3], Array.from({ length: samples }, () => [0, 2, -1]).flat()),
  ];
}

beforeAll(startWasm);

it('names every loss', () => {
  const named = new Set(
    blocks.flatMap((text) => [...text.matchAll(/"loss": "([^"]+)"/g)].map(([, loss]) => loss)),
  );
  expect(lossNames.filter((loss) => !named.has(loss))).toEqual([]);
});

it.each(blocks)('runs %s', async (tasks) => {
  const text = `{ "model": "m.onnx", "calibration": { "file": "set.npz", "input": "x" }, "tasks": ${tasks},
    "method": { "name": "pagcp", "delta": 0.1, "alpha": 1 } }`;
  const { recipe, warnings } = parseRecipe(text, 'recipe.json');
  expect(warnings).toEqual([]);
  const graph = network();
  const session = await createSession({
    artifact: { format: 'tfjs-layers', file: 'm.onnx', graph, notes: [], write: () => [] },
    calibration: { file: 'set.npz', arrays: new Map(arrays().map((array) => [array.name, array])) },
    spec: recipe.calibration,
    tasks: recipe.tasks,
    method: recipe.method,
    exclude: [],
  });
  const whole = await session.oracle.evaluate(new Map());
  const pruned = await session.oracle.evaluate(new Map([['stem.weight', [0, 2, 5]]]));
  session.dispose();
  for (const { name } of recipe.tasks) {
    expect(whole.losses[name], name).toBeGreaterThan(0);
    expect(pruned.losses[name], name).toBeLessThan(Infinity);
    expect(pruned.losses[name], name).not.toBe(whole.losses[name]);
  }
});
