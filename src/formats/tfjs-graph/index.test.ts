import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '..';
import { analyseChannels } from '../../graph/channels';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { loadGraphModel } from '../tfjs/testing/load';
import { prune } from './testing/agreement';
import { tinyModel, type TinyModel, type TinyNode } from './testing/tiny';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const same = { strides: [1, 1, 1, 1], padding: 'SAME' };
const chain: TinyModel = {
  inputs: { image: [-1, 6, 6, 3] },
  outputs: ['map'],
  weights: { 'a/kernel': [3, 3, 3, 8], 'a/bias': [8], 'b/kernel': [1, 1, 8, 2] },
  nodes: [
    ['_FusedConv2D', 'a', ['image', 'a/kernel', 'a/bias'], { ...same, fused_ops: ['BiasAdd', 'Relu'] }],
    ['Conv2D', 'map', ['a', 'b/kernel'], same],
  ],
};

function with_(changes: Partial<TinyModel>): NamedBytes[] {
  return tinyModel({ ...chain, ...changes });
}

/** The model with a text of its JSON replaced. */
function edited(from: string, to: string): NamedBytes[] {
  const [main, ...shards] = tinyModel(chain);
  const text = new TextDecoder().decode(main?.bytes);
  if (!text.includes(from)) throw new Error(`The model has no ${from}.`);
  return [{ name: 'model.json', bytes: new TextEncoder().encode(text.replace(from, to)) }, ...shards];
}

it('is recognised by its content, and names layers by their operators', () => {
  const artifact = readModel(tinyModel(chain));
  expect(artifact.format).toBe('tfjs-graph');
  const { groups } = analyseChannels(artifact.graph);
  expect(
    groups.map(({ id, size, producers, consumers }) => [id, size, producers[0]?.name, consumers[0]?.name]),
  ).toEqual([
    ['map', 2, 'map', undefined],
    ['a', 8, 'a', 'map'],
  ]);
  const kernel = [...artifact.graph.params.values()].find(({ name }) => name === 'a');
  expect(kernel?.source).toEqual({ tensor: 'a/kernel', axes: [0, 1, 2, 3] });
  expect([...artifact.graph.values.values()].map(({ name }) => name)).toEqual([
    'image',
    'a/conv2d',
    'a',
    'map',
  ]);
});

describe('sizes that the file leaves open', () => {
  const open = { inputs: { image: [-1, -1, -1, 3] } };

  it('takes those that are given', () => {
    const { graph, notes } = readModel(with_(open), { inputShapes: { image: [10, 12, 3] } });
    expect(graph.inputs[0]?.shape).toEqual([null, 10, 12, 3]);
    expect(notes).toEqual([]);
  });

  it('assumes usual ones for images and says so', () => {
    const { graph, notes } = readModel(with_(open));
    expect(graph.inputs[0]?.shape).toEqual([null, 256, 256, 3]);
    expect(notes).toEqual(['The file leaves the size of the input "image" open; 256×256×3 was assumed.']);
  });

  it('asks for others', () => {
    const files = with_({
      inputs: { rows: [-1, -1] },
      nodes: [['Relu', 'map', ['rows']]],
    });
    expect(() => readModel(files)).toThrow(/input "rows": the file leaves dimension 1 open. Give its sizes/);
  });
});

it('frees a batch of one that the file fixes, and follows samples taken out of it', () => {
  const { graph, notes } = readModel(
    with_({
      inputs: { image: [1, 6, 6, 3] },
      ints: { zero: 0 },
      nodes: [
        ['Unpack', 'only', ['image'], { num: 1, axis: 0 }],
        ['ExpandDims', 'again', ['only', 'zero']],
        ['Conv2D', 'a', ['again', 'a/kernel'], same],
        ['Conv2D', 'map', ['a', 'b/kernel'], same],
      ],
    }),
  );
  expect(notes).toEqual([]);
  expect(graph.values.get(graph.outputs[0]?.value ?? '')?.shape).toEqual([null, 6, 6, 2]);
});

describe('operators that are not executed', () => {
  const tail: readonly TinyNode[] = [
    ['Conv2D', 'a', ['image', 'a/kernel'], same],
    ['Relu', 'inner', ['a']],
    ['Conv2D', 'scores', ['inner', 'b/kernel'], same],
    ['Where', 'places', ['scores']],
    ['Cast', 'map', ['places'], { DstT: 'DT_FLOAT' }],
  ];

  it('freezes what they read, and says so', () => {
    const { artifact, channels } = prune(with_({ nodes: tail }));
    expect(artifact.notes).toEqual([
      'Where "places" is passed through untouched: this operator is not among those that are computed.',
    ]);
    expect(channels.groups.map(({ id, frozen }) => [id, frozen === null])).toEqual([
      ['scores', false],
      ['a', true],
    ]);
  });

  it('leaves them working in the export', async () => {
    const { files } = prune(with_({ nodes: tail }));
    const model = await loadGraphModel(files);
    const x = tf.randomUniform([1, 6, 6, 3], -1, 1, 'float32', 7);
    const found = (await model.executeAsync(x, 'map')) as tf.Tensor;
    expect(found.shape[0]).toBeGreaterThan(36);
  });

  it('passes over loops', () => {
    const { notes } = readModel(
      with_({
        nodes: [
          ...chain.nodes.slice(0, 1),
          ['Enter', 'enter', ['a'], { frame_name: 'loop' }],
          ['Merge', 'merge', ['enter', 'next'], { N: 2 }],
          ['LoopCond', 'condition', ['merge:1']],
          ['Switch', 'switch', ['merge', 'condition']],
          ['NextIteration', 'next', ['switch:1']],
          ['Exit', 'map', ['switch']],
        ],
      }),
    );
    expect(notes.map((note) => note.split(' ')[0])).toEqual(['Enter']);
  });
});

describe('damage', () => {
  it.each([
    [
      'a weight of another name',
      '"name":"a/kernel","shape"',
      '"name":"kernel","shape"',
      /no weight of its name/,
    ],
    ['a tensor that nothing makes', '["a","b/kernel"]', '["c","b/kernel"]', /reads "c", which nothing makes/],
    [
      'a node that reads itself',
      '["a","b/kernel"]',
      '["map","b/kernel"]',
      /node "map".*depends on its own result/,
    ],
    ['two nodes of one name', '"name":"map","op"', '"name":"a","op"', /two nodes have this name/],
    [
      'an output there is not',
      '["a","b/kernel"]',
      '["a:3","b/kernel"]',
      /output a:3 is not computed|no such output/,
    ],
    ['a negative stride', '["1","1","1","1"]', '["1","-1","1","1"]', /is \[1, -1, 1, 1\], but four positive/],
    [
      'a huge image',
      '{"size":"6"},{"size":"6"}',
      '{"size":"16777216"},{"size":"16777216"}',
      /larger than any/,
    ],
    ['text that is no base64', '"s":"U0FNRQ=="', '"s":"%%%"', /"padding" is not base64/],
    ['a kernel for other channels', '"shape":[1,1,8,2]', '"shape":[1,1,16,1]', /does not fit/],
  ])('answers %s with a sentence', (_, from, to, message) => {
    expect(() => readModel(edited(from, to))).toThrow(message);
    expect(() => readModel(edited(from, to))).toThrow(InputError);
  });

  it('asks for missing shards', () => {
    expect(() => readModel(tinyModel(chain).slice(0, 2))).toThrow(/"group1-shard2of2.bin" is missing/);
  });
});
