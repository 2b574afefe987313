import fc from 'fast-check';
import { expect, it } from 'vitest';
import { analyseChannels } from '../../graph/channels';
import { InputError } from '../../util/errors';
import { tfjsGraphFormat } from '.';
import { tinyModel } from './testing/tiny';

const same = { strides: [1, 1, 1, 1], padding: 'SAME' };
const [main, ...shards] = tinyModel({
  inputs: { x: [1, 6, 6, 3] },
  outputs: ['y', 'z'],
  weights: {
    w1: [3, 3, 3, 8],
    bias: [8],
    wd: [3, 3, 8, 1],
    w2: [1, 1, 4, 2],
    wu: [2, 2, 5, 8],
    wm: [128, 3],
  },
  ints: {
    axis: 3,
    shape: [1, 128],
    size: [4, 4],
    begin: [0, 0, 0, 1],
    end: [0, 4, 4, 5],
    steps: [1, 1, 1, 1],
  },
  nodes: [
    ['_FusedConv2D', 'a', ['x', 'w1', 'bias'], { ...same, fused_ops: ['BiasAdd', 'Relu6'] }],
    ['DepthwiseConv2dNative', 'd', ['a', 'wd'], { ...same, dilations: [1, 1, 1, 1] }],
    ['ResizeBilinear', 'r', ['d', 'size'], { half_pixel_centers: true }],
    ['Split', 's', ['axis', 'r'], { num_split: 2 }],
    ['ConcatV2', 'c', ['s:1', 's', 'axis']],
    ['StridedSlice', 'cut', ['c', 'begin', 'end', 'steps'], { begin_mask: 1, end_mask: 1 }],
    ['Conv2D', 'y', ['cut', 'w2'], same],
    ['Reshape', 'flat', ['c', 'shape']],
    ['MatMul', 'z', ['flat', 'wm'], { transpose_b: false }],
  ],
});

const values = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0, 2.5, 1e12, '', 'x', 'NaN', true, [], {}, [[]], ['-1'], '9999999999'),
  fc.constantFrom<unknown>('Relu', 'Pack', 'Tile', 'Range', 'Fill', 'Unpack', 'GatherV2', 'Pad', 'Const'),
  fc.integer({ min: -4, max: 12 }).map(String),
);

it('answers any change to the JSON with a model or an InputError', () => {
  const json: unknown = JSON.parse(new TextDecoder().decode(main?.bytes));
  const places = pathsWithin(json);
  fc.assert(
    fc.property(fc.nat(places.length - 1), values, (place, value) => {
      const changed: unknown = structuredClone(json);
      replace(changed, places[place] ?? [], value);
      const bytes = new TextEncoder().encode(JSON.stringify(changed));
      try {
        const { graph } = tfjsGraphFormat.read([{ name: 'model.json', bytes }, ...shards]);
        expect(analyseChannels(graph).groups).toBeDefined();
      } catch (error) {
        expect(error, JSON.stringify([places[place], value])).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 600 },
  );
});

/** Paths to everything within the JSON, inner nodes too. */
function pathsWithin(json: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof json !== 'object' || json === null) return [path];
  const inner = Object.entries(json).flatMap(([key, value]) => pathsWithin(value, [...path, key]));
  return path.length > 0 ? [path, ...inner] : inner;
}

function replace(json: unknown, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined || typeof json !== 'object' || json === null) return;
  if (rest.length > 0) replace(Reflect.get(json, key), rest, value);
  else Reflect.set(json, key, value);
}
