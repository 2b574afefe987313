import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { agree, prune } from './testing/agreement';
import { tinyModel, type TinyModel, type TinyNode } from './testing/tiny';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const same = { strides: [1, 1, 1, 1], padding: 'SAME' };

/** A convolution to 8 channels, and what is given: from `stem` to `y`. */
function after(nodes: readonly TinyNode[], more: Partial<TinyModel> = {}): TinyModel {
  return {
    inputs: { x: [-1, 4, 4, 3] },
    outputs: ['y'],
    nodes: [['Conv2D', 'stem', ['x', 'w1'], same], ...nodes],
    ...more,
    weights: { w1: [3, 3, 3, 8], ...more.weights },
  };
}

const head = (input: string): TinyNode => ['Conv2D', 'y', [input, 'w2'], same];

describe('depthwise convolutions', () => {
  it.each([1, 3])('of %s channels for each lose whole channels', async (multiplier) => {
    const { channels } = await agree(
      tinyModel(
        after(
          [['DepthwiseConv2dNative', 'deep', ['stem', 'wd'], same], ['Relu', 'act', ['deep']], head('act')],
          { weights: { wd: [3, 3, 8, multiplier], w2: [1, 1, 8 * multiplier, 2] } },
        ),
      ),
    );
    expect(channels.groups.filter(({ frozen }) => frozen === null)).toMatchObject([{ id: 'stem', size: 8 }]);
  });
});

describe('operands that count channels', () => {
  it('flattens to fewer features', async () => {
    const { json } = await agree(
      tinyModel(
        after(
          [
            ['Reshape', 'flat', ['stem', 'shape']],
            ['MatMul', 'y', ['flat', 'w2']],
          ],
          { weights: { w2: [128, 3] }, ints: { shape: [-1, 128] } },
        ),
      ),
    );
    const reshape = json.modelTopology.node.find(({ name }) => name === 'flat');
    expect(reshape?.input).toEqual(['stem', 'flat/shape']);
  });

  it('leaves a shape alone that follows by itself', async () => {
    const { json } = await agree(
      tinyModel(
        after(
          [
            ['Shape', 'sizes', ['stem']],
            ['StridedSlice', 'batch', ['sizes', 'zero', 'one', 'one'], { shrink_axis_mask: 1 }],
            ['Pack', 'shape', ['batch', 'rest'], { axis: 0 }],
            ['Reshape', 'flat', ['stem', 'shape']],
            ['MatMul', 'y', ['flat', 'w2']],
          ],
          { weights: { w2: [128, 3] }, ints: { zero: [0], one: [1], rest: -1 } },
        ),
      ),
    );
    expect(json.modelTopology.node.find(({ name }) => name === 'flat')?.input).toEqual(['stem', 'shape']);
  });

  it('replaces the number of channels in a packed shape and keeps the batch computed', async () => {
    const { json } = await agree(
      tinyModel(
        after(
          [
            ['Relu', 'half', ['stem']],
            ['Shape', 'sizes', ['half']],
            ['StridedSlice', 'batch', ['sizes', 'zero', 'one', 'one'], { shrink_axis_mask: 1 }],
            ['Pack', 'shape', ['batch', 'side', 'side', 'channels'], { axis: 0 }],
            [
              'Conv2DBackpropInput',
              'up',
              ['shape', 'wu', 'half'],
              { strides: [1, 2, 2, 1], padding: 'SAME' },
            ],
            head('up'),
          ],
          {
            weights: { wu: [3, 3, 6, 8], w2: [1, 1, 6, 2] },
            ints: { zero: [0], one: [1], side: 8, channels: 6 },
          },
        ),
      ),
    );
    const node = (wanted: string) => json.modelTopology.node.find(({ name }) => name === wanted);
    expect(node('up')?.input?.[0]).toBe('up/shape');
    expect(node('up/shape')?.input).toEqual(['batch', 'side', 'side', 'up/shape/3']);
  });

  it('makes an even split uneven', async () => {
    const { json } = await agree(
      tinyModel(
        after(
          [
            ['Split', 'parts', ['axis', 'stem'], { num_split: 2 }],
            ['Conv2D', 'left', ['parts', 'wl'], same],
            ['Conv2D', 'right', ['parts:1', 'wr'], same],
            ['ConcatV2', 'both', ['left', 'right', 'axis']],
            head('both'),
          ],
          { weights: { wl: [1, 1, 4, 3], wr: [1, 1, 4, 2], w2: [1, 1, 5, 2] }, ints: { axis: 3 } },
        ),
      ),
    );
    const node = json.modelTopology.node.find(({ name }) => name === 'parts');
    expect(node?.op).toBe('SplitV');
    expect(node?.input).toEqual(['stem', 'parts/size_splits', 'axis']);
  });

  const cuts: Record<string, TinyModel> = {
    'uneven splits': after(
      [
        ['SplitV', 'parts', ['stem', 'sizes', 'axis'], { num_split: 2 }],
        ['Conv2D', 'a', ['parts', 'wa'], same],
        ['Conv2D', 'b', ['parts:1', 'wb'], same],
        ['AddV2', 'y', ['a', 'b']],
      ],
      { weights: { wa: [1, 1, 5, 3], wb: [1, 1, 3, 3] }, ints: { sizes: [5, -1], axis: 3 } },
    ),
    slices: after([['Slice', 'middle', ['stem', 'begin', 'size']], head('middle')], {
      weights: { w2: [1, 1, 5, 2] },
      ints: { begin: [0, 1, 0, 2], size: [-1, 2, 4, 5] },
    }),
    'slices with masks': after(
      [
        [
          'StridedSlice',
          'middle',
          ['stem', 'begin', 'end', 'steps'],
          { ellipsis_mask: 1, begin_mask: 2, shrink_axis_mask: 0 },
        ],
        ['StridedSlice', 'rest', ['stem', 'begin', 'end', 'steps'], { ellipsis_mask: 1, end_mask: 2 }],
        ['Conv2D', 'a', ['middle', 'wa'], same],
        ['Conv2D', 'b', ['rest', 'wb'], same],
        ['AddV2', 'y', ['a', 'b']],
      ],
      {
        weights: { wa: [1, 1, 6, 3], wb: [1, 1, 5, 3] },
        ints: { begin: [0, 3], end: [0, 6], steps: [1, 1] },
      },
    ),
    'picked channels': after([['GatherV2', 'picked', ['stem', 'indices', 'axis']], head('picked')], {
      weights: { w2: [1, 1, 3, 2] },
      ints: { indices: [6, 1, 4], axis: 3 },
    }),
    'padded channels': after(
      [
        ['Pad', 'wide', ['stem', 'pads']],
        ['Conv2D', 'other', ['x', 'wo'], same],
        ['AddV2', 'sum', ['wide', 'other']],
        head('sum'),
      ],
      {
        weights: { wo: [1, 1, 3, 12], w2: [1, 1, 12, 2] },
        ints: { pads: [[0, 0], [0, 0], [0, 0], [1, 3]] }, // prettier-ignore
      },
    ),
  };

  it.each(Object.entries(cuts))('follows the channels through %s', async (_, model) => {
    await agree(tinyModel(model));
  });
});

it('leaves the model as it was where nothing is removed', () => {
  const files = tinyModel(after([head('stem')], { weights: { w2: [1, 1, 8, 2] } }));
  const { artifact, channels } = prune(files);
  expect(artifact.write(channels, new Map(), artifact.graph)).toEqual(files);
});

it('keeps the signature, the metadata and the names', () => {
  const files = tinyModel(after([head('stem')], { weights: { w2: [1, 1, 8, 2] } }));
  const parse = (bytes: Uint8Array | undefined) =>
    JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  const { files: written, json } = prune(files);
  const [before, after_] = [parse(files[0]?.bytes), parse(written[0]?.bytes)];
  for (const key of ['format', 'signature', 'userDefinedMetadata', 'generatedBy', 'convertedBy'])
    expect(after_[key]).toEqual(before[key]);
  expect(json.modelTopology.node.map(({ name }) => name)).toEqual(['x', 'w1', 'w2', 'stem', 'y']);
  expect(written.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
});

it.each(['float16', 'uint8', 'uint16'] as const)('keeps weights stored as %s', async (stored) => {
  const model = after([['BiasAdd', 'b', ['stem', 'bias']], head('b')], {
    weights: { bias: [8], w2: [1, 1, 8, 2] },
    stored,
  });
  const { json } = await agree(tinyModel(model));
  const kept = json.weightsManifest.flatMap(({ weights }) => weights);
  expect(kept.map(({ quantization }) => quantization?.dtype)).toEqual([stored, stored, stored]);
});
