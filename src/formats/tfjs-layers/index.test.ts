import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NamedBytes } from '../../util/files';
import { tfjsLayersFormat } from '.';
import { encode, modelJson, randomise, saveModel } from './testing/memory';
import { plain } from './testing/models';

let files: readonly NamedBytes[] = [];

beforeAll(async () => {
  await tf.setBackend('cpu');
  files = await saveModel(randomise(plain()));
});

/** The saved model with its JSON text changed. */
function edited(from: string | RegExp, to: string): NamedBytes[] {
  const text = JSON.stringify(modelJson(files));
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return withJson(JSON.parse(changed));
}

function withJson(json: unknown): NamedBytes[] {
  return files.map((file) => (file.name === 'model.json' ? { ...file, bytes: encode(json) } : file));
}

describe('tfjsLayersFormat', () => {
  it('is recognised by the content of one of the files, whatever its name', () => {
    expect(tfjsLayersFormat.recognise(files)).toBe(true);
    expect(tfjsLayersFormat.recognise(files.map((file, i) => ({ ...file, name: String(i) })))).toBe(true);
    expect(tfjsLayersFormat.recognise(files.slice(1))).toBe(false);
    expect(
      tfjsLayersFormat.recognise([{ name: 'model.json', bytes: encode({ format: 'graph-model' }) }]),
    ).toBe(false);
  });

  it('finds shards under other folders than the manifest says', () => {
    const moved = files.map((file) => ({ ...file, name: `downloads/model/${file.name}` }));
    const artifact = tfjsLayersFormat.read(moved);
    expect(artifact.file).toBe('model.json');
    expect(artifact.graph.params.size).toBe(11);
  });

  it('names kernels by their layer and tells where each param came from', () => {
    const { graph } = tfjsLayersFormat.read(files);
    const kernel = graph.params.get('stem/kernel');
    expect(kernel).toMatchObject({
      name: 'stem',
      shape: [3, 3, 2, 6],
      role: 'weight',
      source: { tensor: 'stem/kernel', axes: [0, 1, 2, 3] },
    });
    expect(graph.params.get('norm/moving_mean')?.role).toBe('statistic');
    expect(graph.outputs).toEqual([{ name: 'class', value: 'class' }]);
    expect(graph.inputs[0]).toMatchObject({ name: 'stem_input', shape: [null, 12, 10, 2] });
  });

  it('reads what the Python converter writes: model_config, null batch shapes, lists for one axis', () => {
    const { modelTopology, ...rest } = modelJson(files);
    const text = JSON.stringify({
      ...rest,
      modelTopology: { model_config: modelTopology, keras_version: '2.4.0' },
    });
    const artifact = tfjsLayersFormat.read(withJson(JSON.parse(text.replace('"axis":-1', '"axis":[3]'))));
    expect(artifact.graph.nodes.some(({ op }) => op === 'batchNorm')).toBe(true);
  });

  it('passes on what it does not understand by name, and what comes after it', () => {
    const { graph, notes } = tfjsLayersFormat.read(
      edited('"class_name":"AveragePooling2D"', '"class_name":"Magic"'),
    );
    expect(notes[0]).toMatch(
      /^Layer "average_pooling2d_.*" \(Magic\) is passed through untouched: layers of class Magic/,
    );
    expect(
      notes.slice(1).every((note) => note.endsWith('it comes after a layer that is not understood.')),
    ).toBe(true);
    expect(graph.nodes.filter(({ op }) => op === 'opaque').length).toBe(5);
  });

  it.each([
    [/"data_format":"channels_last"/, '"data_format":"channels_first"', /data_format is channels_first/],
    [/"activation":"relu"/, '"activation":"magic"', /activation "magic" is not known/],
    [/"padding":"same"/, '"padding":"causal"', /padding "causal" is not known/],
  ])('says why: %s', (from, to, reason) => {
    expect(tfjsLayersFormat.read(edited(from, to)).notes[0]).toMatch(reason);
  });

  it.each([
    ['a missing filter count', /"filters":6,/, '', /layer "stem": "filters" is missing/],
    [
      "filters that are not the kernel's",
      /"filters":6/,
      '"filters":7',
      /"filters" is 7, but the kernel is 3×3×2×6/,
    ],
    ["units that are not the kernel's", /"units":7/, '"units":8', /layer "hidden": "units" is 8/],
    ['a word for a number', /"strides":\[1,1\]/, '"strides":["a"]', /"strides" is \["a"\], but one or two/],
    [
      'a weight by another name',
      /"name":"stem\/kernel"/,
      '"name":"stem/weights"',
      /no weight "stem\/kernel"/,
    ],
    ['a shape of another size', /"shape":\[3,3,2,6\]/, '"shape":[3,3,2,7]', /weight|cut short|hold/],
    [
      'an unknown number type',
      /"shape":\[6\],"dtype":"float32"/,
      '"shape":[6],"dtype":"float4"',
      /its type "float4" is not known/,
    ],
    ['an open number of channels', /\[null,12,10,2\]/, '[null,null,null,null]', /leaves sizes open/],
    [
      'a missing shard',
      /group1-shard1of/,
      'other-shard1of',
      /"other-shard1of.*" is missing\. Drop model\.json/,
    ],
    [
      'a class that is no model',
      /"class_name":"Sequential"/,
      '"class_name":"Dense"',
      /neither a functional nor a Seq/,
    ],
    ['no layers', /"layers":/, '"strata":', /no list of layers/],
  ])('refuses %s with a sentence', (_, from, to, message) => {
    expect(() => tfjsLayersFormat.read(edited(from, to))).toThrow(message);
  });

  it('takes the sizes of open inputs from the options', () => {
    const open = edited('[null,12,10,2]', '[null,null,null,2]');
    const { graph } = tfjsLayersFormat.read(open, { inputShapes: { stem_input: [12, 10, 2] } });
    expect(graph.inputs[0]?.shape).toEqual([null, 12, 10, 2]);
  });

  it('refuses weights that are cut short or too long', () => {
    const last = files.length - 1;
    const cut = files.map((file, i) => (i === last ? { ...file, bytes: file.bytes.subarray(4) } : file));
    expect(() => tfjsLayersFormat.read(cut)).toThrow(/cut short/);
    const long = files.map((file, i) => (i === last ? { ...file, bytes: new Uint8Array(9999) } : file));
    expect(() => tfjsLayersFormat.read(long)).toThrow(/bytes, but the weights take/);
  });

  it('refuses layers that wait for each other', () => {
    const layer = (name: string, from: string) => ({
      class_name: 'ReLU',
      name,
      config: { name },
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    const config = {
      name: 'm',
      layers: [layer('a', 'b'), layer('b', 'a')],
      input_layers: [],
      output_layers: [['a', 0, 0]],
    };
    const circle = { modelTopology: { class_name: 'Model', config }, weightsManifest: [] };
    expect(() => tfjsLayersFormat.read([{ name: 'model.json', bytes: encode(circle) }])).toThrow(
      /layer "a": its inputs "b" are missing or go round in a circle/,
    );
  });

  it('refuses JSON too deep to be a model', () => {
    const deep = `{"weightsManifest":[],"modelTopology":{"class_name":"Sequential","config":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`;
    const bytes = new TextEncoder().encode(deep);
    expect(() => tfjsLayersFormat.read([{ name: 'model.json', bytes }])).toThrow(/there is no model\.json/);
  });

  it('refuses models nested so that they would unfold without end', () => {
    let model: unknown = chainOf('m0', { class_name: 'ReLU', config: { name: 'relu' } });
    for (let depth = 1; depth < 30; depth++) model = twice(`m${depth}`, model);
    const bomb = { modelTopology: model, weightsManifest: [] };
    expect(() => tfjsLayersFormat.read([{ name: 'model.json', bytes: encode(bomb) }])).toThrow(
      /more than 5000 layers/,
    );
  });
});

const input = { class_name: 'InputLayer', name: 'in', config: { name: 'in', batch_input_shape: [null, 4] } };

function chainOf(name: string, layer: object) {
  const inner = { ...layer, name: 'layer', inbound_nodes: [[['in', 0, 0, {}]]] };
  return functional(name, [input, inner], 0);
}

/** A model that calls the model within it twice. */
function twice(name: string, inner: unknown) {
  const calls = [[['in', 0, 0, {}]], [['layer', 1, 0, {}]]];
  return functional(name, [input, { ...(inner as object), name: 'layer', inbound_nodes: calls }], 2);
}

function functional(name: string, layers: unknown[], node: number) {
  const config = { name, layers, input_layers: [['in', 0, 0]], output_layers: [['layer', node, 0]] };
  return { class_name: 'Functional', config };
}
