import { tensor } from '@tensorflow/tfjs-core';
import { zipSync } from 'fflate';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../../engine/testing/wasm';
import { analyseChannels } from '../../graph/channels';
import type { Graph } from '../../graph/graph';
import { sliceGraph } from '../../graph/slice';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { readHdf5 } from '../hdf5/read';
import { nodeAt, texts, type H5Group } from '../hdf5/tree';
import { writeHdf5 } from '../hdf5/write';
import { randomKeep, runGraph } from '../tfjs-layers/testing/compare';
import { kerasFormat } from '.';
import { openContainer } from './container';
import type { JsonObject } from '../tfjs/json';
import { expected, fixture } from './testing/files';
import { snakeCase } from './variables';

const files = ['keras2.h5', 'keras3.keras'] as const;

function run(graph: Graph): readonly number[] {
  const x = tensor([...(expected()['x'] ?? [])], [2, 8, 6, 2]);
  return runGraph(graph, x).flatMap((output) => [...output.dataSync()]);
}

function expectClose(actual: readonly number[], target: readonly number[]): void {
  expect(actual).toHaveLength(target.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(target[i] ?? NaN, 5));
}

/** Half of the channels cut away, and what is written then. */
function prune(file: NamedBytes): { written: NamedBytes; sliced: Graph } {
  const artifact = kerasFormat.read([file]);
  const channels = analyseChannels(artifact.graph);
  const keep = randomKeep(channels, 3);
  const sliced = sliceGraph(artifact.graph, channels, keep);
  const [written] = artifact.write(channels, keep, sliced);
  if (!written) throw new Error('nothing was written');
  return { written, sliced };
}

beforeAll(startWasm);

describe.each(files)('%s', (name) => {
  it('computes what numpy computes', () => {
    expectClose(run(kerasFormat.read([fixture(name)]).graph), expected()[name] ?? []);
  });

  it('knows its layers by name, also within models, and what they couple', () => {
    const groups = analyseChannels(kerasFormat.read([fixture(name)]).graph).groups;
    const free = groups.filter(({ frozen }) => frozen === null);
    expect(free.map(({ id, size }) => [id, size]).sort()).toEqual([
      ['inner_conv', 5],
      ['point', 6],
    ]);
    const coupled = free.find(({ id }) => id === 'point')?.producers.map((layer) => layer.name);
    expect(coupled?.sort()).toEqual(['point', 'stem']);
  });

  it('is the same bytes when nothing is cut', () => {
    const artifact = kerasFormat.read([fixture(name)]);
    const [written] = artifact.write(analyseChannels(artifact.graph), new Map(), artifact.graph);
    expect(written).toEqual(fixture(name));
  });

  it('opens again when pruned, and computes what the sliced graph computes', () => {
    const { written, sliced } = prune(fixture(name));
    expect(written.bytes.length).toBeLessThan(fixture(name).bytes.length);
    expectClose(run(kerasFormat.read([written]).graph), run(sliced));
  });

  it('says that the state of the optimizer is left out', () => {
    expect(kerasFormat.read([fixture(name)]).notes.join()).toMatch(/optimizer/);
  });
});

describe('what is written', () => {
  it('keeps the attributes of .h5 and drops the optimizer', () => {
    const [before, after] = [fixture('keras2.h5'), prune(fixture('keras2.h5')).written].map(({ bytes }) =>
      readHdf5(bytes, 'x'),
    );
    const attribute = (root: H5Group | undefined, name: string) => root?.attributes.get(name);
    expect(attribute(after, 'training_config')).toEqual(attribute(before, 'training_config'));
    const list = after && nodeAt(after, ['model_weights'])?.attributes.get('layer_names');
    expect(list && texts(list)).toContain('inner');
    expect(before && nodeAt(before, ['optimizer_weights'])).toBeDefined();
    expect(after && nodeAt(after, ['optimizer_weights'])).toBeUndefined();
  });

  it('is for one sample where the file was', () => {
    const container = openContainer(fixture('keras3.keras'));
    const text = JSON.stringify(container.model).replaceAll('[null,', '[1,');
    const bytes = container.replace(JSON.parse(text) as JsonObject, container.weights);
    const { written, sliced } = prune({ name: 'one.keras', bytes });
    expect(sliced.inputs[0]?.shape[0]).toBeNull();
    expect(JSON.stringify(openContainer(written).model)).not.toContain('[null,');
    expectClose(run(kerasFormat.read([written]).graph), run(sliced));
  });

  it('gives every size in the config that Keras 3 builds its layers from', () => {
    const { written, sliced } = prune(fixture('keras3.keras'));
    const kept = sliced.params.get('stem/kernel')?.shape.at(-1);
    const config = JSON.stringify(openContainer(written).model);
    expect(kept).toBeLessThan(6);
    // No shape or count of the six coupled channels is left: the others are sizes of the image.
    expect(config).toContain(`"filters":${kept}`);
    expect(config).not.toMatch(/"filters":6/);
    expect(config).not.toMatch(/"shape":\[null,8,6,6\]|"input_shape":\[null,(8,6|16,12),6\]|\[null,8,6,6\],/);
    expect(config).toContain(`"build_config":{"input_shape":[[null,8,6,${kept}],[null,8,6,${kept}]]}`);
  });
});

describe('what is no model', () => {
  const root = () => readHdf5(fixture('keras2.h5').bytes, 'x');

  it('weights alone', () => {
    const file = { name: 'w.h5', bytes: writeHdf5({ ...root(), attributes: new Map() }) };
    expect(() => kerasFormat.read([file])).toThrow(/w\.h5: it holds weights, but not the model/);
  });

  it('a weight that is missing', () => {
    const children = new Map([...root().children].filter(([name]) => name !== 'model_weights'));
    const file = { name: 'm.h5', bytes: writeHdf5({ ...root(), children }) };
    expect(() => kerasFormat.read([file])).toThrow(/layer "stem": the file has no weight "stem\/kernel"/);
  });

  it('a class of its own', () => {
    const container = openContainer(fixture('keras3.keras'));
    const bytes = container.replace({ class_name: 'VAE', config: {} }, container.weights);
    const file = { name: 'own.keras', bytes };
    expect(() => kerasFormat.read([file])).toThrow(
      /own\.keras.* class VAE, whose layers only its own Python/,
    );
  });

  it('an archive without weights', () => {
    const file = { name: 'a.keras', bytes: zipSync({ 'config.json': new Uint8Array() }) };
    expect(() => kerasFormat.read([file])).toThrow(/a\.keras: the archive has no model\.weights\.h5/);
  });
});

describe('damage', () => {
  it.each(files)('to %s gives a model or an InputError', (name) => {
    const { bytes } = fixture(name);
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const damaged = bytes.slice();
        for (const { at, byte } of changes) damaged[at] = byte;
        try {
          kerasFormat.read([{ name, bytes: damaged }]);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

it.each([
  ['Conv2D', 'conv2d'],
  ['Conv2DTranspose', 'conv2d_transpose'],
  ['PReLU', 'p_re_lu'],
  ['BatchNormalization', 'batch_normalization'],
])('calls %s %s, as Keras does', (className, snake) => {
  expect(snakeCase(className)).toBe(snake);
});
