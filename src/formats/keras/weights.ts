import { readNumbers, storages } from '../../calibration/typed-array';
import { nodeAt, texts, type H5Dataset, type H5Group, type H5Value } from '../hdf5/tree';
import { broken } from '../tfjs/json';
import type { StoredWeight } from '../tfjs/manifest';
import { allLayers, type LayerSpec, type ModelSpec } from '../tfjs-layers/topology';
import type { KerasContainer } from './container';
import { snakeCase, variablesOf } from './variables';

/** A weight under the name that its layer knows it by, and the way to it in the file. */
export interface KerasWeight extends StoredWeight {
  readonly path: readonly string[];
}

/** All weights of a model's layers, named `[outer model/]layer/kernel`. @throws InputError when one is missing */
export function kerasWeights(
  { kind, weights }: KerasContainer,
  model: ModelSpec,
  file: string,
): ReadonlyMap<string, KerasWeight> {
  const found =
    kind === 'h5' ? h5Weights(weights, model, file) : archiveWeights(weights, model, file, [], '');
  return new Map(found.map((weight) => [weight.name, weight]));
}

/** In `.h5` each outermost layer has a group that lists the names of its weights. */
function h5Weights(root: H5Group, model: ModelSpec, file: string): KerasWeight[] {
  return model.layers.flatMap((layer) => {
    const path = ['model_weights', layer.name];
    const group = nodeAt(root, path);
    if (group?.kind !== 'group') return [];
    return weightNames(group).map((name) => {
      const at = [...path, ...name.split('/')];
      const dataset = requireDataset(root, at, file);
      return read(nameWithin(layer, name), at, dataset, file);
    });
  });
}

/** A long list is split into `weight_names0`, `weight_names1` … */
function weightNames({ attributes }: H5Group): string[] {
  const lists = [...attributes].filter(([name]) => /^weight_names\d*$/.test(name));
  const number = (name: string) => Number(name.slice('weight_names'.length));
  return lists.sort(([a], [b]) => number(a) - number(b)).flatMap(([, value]) => texts(value) ?? []);
}

/** `conv_1/kernel:0` is `kernel` to the layer; within a model it is the layer inside that counts. */
function nameWithin(layer: LayerSpec, weightName: string): string {
  const parts = weightName.replace(/:\d+$/, '').split('/');
  const last = (parts.at(-1) ?? '').replace(/_\d+$/, '');
  const inner = layer.model && allLayers(layer.model).find(({ name }) => name === parts.at(-2));
  const owner = layer.model ? `${layer.name}/${parts.at(-2) ?? ''}` : layer.name;
  return `${owner}/${alias((inner ?? layer).className, last)}`;
}

/** Keras 3 calls a depthwise kernel `kernel`. */
function alias(className: string, variable: string): string {
  return className.startsWith('Depthwise') && variable === 'kernel' ? 'depthwise_kernel' : variable;
}

/**
 * In `.keras` the layers are told apart by their class and a number that grows in the order of the config:
 * `layers/conv2d_1/vars/0`. Keras 2 leaves numbers out.
 */
function archiveWeights(
  root: H5Group,
  model: ModelSpec,
  file: string,
  path: readonly string[],
  scope: string,
): KerasWeight[] {
  const groups = layerGroups(root, path);
  const taken = new Map<string, number>();
  const layers = model.layers.filter(({ key }) => !key.endsWith(':input'));
  return layers.flatMap((layer) => {
    const className = snakeCase(layer.className);
    const index = taken.get(className) ?? 0;
    taken.set(className, index + 1);
    const group = groups.filter((one) => one.className === className)[index];
    const name = scope + layer.name;
    if (layer.model) return group ? archiveWeights(root, layer.model, file, group.path, `${name}/`) : [];
    const variables = variablesOf(layer) ?? [];
    const stored = group && nodeAt(root, [...group.path, 'vars']);
    const size = stored?.kind === 'group' ? stored.children.size : 0;
    if (variables.length > 0 && size !== variables.length) {
      const problem = `the file holds ${size} weights of it where ${variables.length} are wanted.`;
      throw broken(file, `layer "${name}"`, problem);
    }
    return variables.map((variable, number) => {
      const place = [...(group?.path ?? []), 'vars', String(number)];
      return read(`${name}/${variable}`, place, requireDataset(root, place, file), file);
    });
  });
}

/** Layers of Keras 3, and of Keras 2. */
const containers = ['layers', '_layer_checkpoint_dependencies'];

interface LayerGroup {
  /** In snake case. */
  readonly className: string;
  readonly number: number;
  readonly path: readonly string[];
}

/** The groups of the layers of the model at a path, by their numbers. */
function layerGroups(root: H5Group, path: readonly string[]): LayerGroup[] {
  const within = containers.flatMap((container) =>
    childNames(root, [...path, container]).map((name) => ({ name, path: [...path, container, name] })),
  );
  // Keras 2 on Windows joins the names of a path to one.
  const before = path.slice(0, -1);
  const prefixes = containers.map((container) => [...path.slice(-1), container, ''].join('\\'));
  const joined = childNames(root, before).flatMap((child) => {
    const prefix = prefixes.find((start) => child.startsWith(start));
    return prefix === undefined ? [] : [{ name: child.slice(prefix.length), path: [...before, child] }];
  });
  return [...within, ...joined]
    .map(({ name, path: at }) => {
      const [, className = name, number = '0'] = /^(.*?)(?:_(\d+))?$/.exec(name) ?? [];
      return { className, number: Number(number), path: at };
    })
    .sort((a, b) => a.number - b.number);
}

function childNames(root: H5Group, path: readonly string[]): string[] {
  const node = nodeAt(root, path);
  return node?.kind === 'group' ? [...node.children.keys()] : [];
}

function requireDataset(root: H5Group, path: readonly string[], file: string): H5Dataset {
  const node = nodeAt(root, path);
  if (node?.kind === 'dataset') return node;
  throw broken(file, path.join('/'), 'the weight is missing.');
}

function read(name: string, path: readonly string[], dataset: H5Dataset, file: string): KerasWeight {
  const numbers = floats(dataset);
  if (!numbers) throw broken(file, path.join('/'), 'its numbers are of a kind that is not read.');
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const shape = dataset.value.shape ?? [0];
  return { name, path, shape, dtype: 'float32', quantization: null, group: null, elementBytes: 4, bytes };
}

function floats({ value, attributes }: H5Dataset): Float32Array | null {
  const { type, data } = value;
  if (!(data instanceof Uint8Array)) return null;
  if (isBrainFloat(attributes.get('dtype'), type.size)) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const wide = Uint32Array.from({ length: data.length / 2 }, (_, i) => view.getUint16(i * 2, true) << 16);
    return new Float32Array(wide.buffer);
  }
  const letter = type.kind === 'float' ? 'f' : type.kind === 'integer' ? (type.signed ? 'i' : 'u') : '';
  const storage = storages.get(`${letter}${type.size}`);
  return storage
    ? Float32Array.from(readNumbers(data, data.length / type.size, storage, type.littleEndian))
    : null;
}

/** Keras says so beside numbers that HDF5 has no type for. */
export function isBrainFloat(dtype: H5Value | undefined, size: number): boolean {
  return size === 2 && dtype !== undefined && texts(dtype)?.[0] === 'bfloat16';
}
