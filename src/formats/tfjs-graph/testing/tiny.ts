import type { NamedBytes } from '../../../util/files';

type Attribute = number | boolean | string | readonly number[] | readonly string[] | { readonly f: number };

/** [op, name, inputs, attributes] */
export type TinyNode = readonly [
  op: string,
  name: string,
  inputs: readonly string[],
  attributes?: Readonly<Record<string, Attribute>>,
];

export interface TinyModel {
  /** Sizes by name, −1 where they are open. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: readonly string[];
  /** Shapes of weights, filled with random numbers. */
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  /** Constants of whole numbers; a plain number is a single one. */
  readonly ints?: Readonly<Record<string, number | readonly number[] | readonly (readonly number[])[]>>;
  readonly nodes: readonly TinyNode[];
  /** Encoding of the weights. */
  readonly stored?: 'float32' | 'float16' | 'uint8' | 'uint16';
}

/** A graph model of hand-written nodes: model.json and two shards. */
export function tinyModel(model: TinyModel): NamedBytes[] {
  const weights = [
    ...Object.entries(model.weights ?? {}).map(([name, shape], seed) =>
      floats(name, shape, seed + 1, model.stored ?? 'float32'),
    ),
    ...Object.entries(model.ints ?? {}).map(([name, values]) => ints(name, values)),
  ];
  const bytes = joined(weights.map((weight) => weight.bytes));
  const half = Math.ceil(bytes.length / 2);
  const shards = [
    { name: 'group1-shard1of2.bin', bytes: bytes.slice(0, half) },
    { name: 'group1-shard2of2.bin', bytes: bytes.slice(half) },
  ];
  const json = {
    format: 'graph-model',
    generatedBy: '2.4.1',
    convertedBy: 'TensorFlow.js Converter v3.2.0',
    signature: {
      inputs: signature(Object.keys(model.inputs)),
      outputs: signature(model.outputs),
    },
    userDefinedMetadata: { author: 'a test' },
    modelTopology: {
      node: [
        ...Object.entries(model.inputs).map(([name, sizes]) => placeholder(name, sizes)),
        ...weights.map(({ entry }) => constant(entry)),
        ...model.nodes.map(node),
      ],
      library: {},
      versions: {},
    },
    weightsManifest: [{ paths: shards.map(({ name }) => name), weights: weights.map(({ entry }) => entry) }],
  };
  return [{ name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(json)) }, ...shards];
}

function signature(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { name: `${name}:0`, dtype: 'DT_FLOAT' }]));
}

function placeholder(name: string, sizes: readonly number[]): object {
  const shape = { shape: { dim: sizes.map((size) => ({ size: String(size) })) } };
  return { name, op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape } };
}

function node([op, name, input, attributes = {}]: TinyNode): object {
  const all = { ...usual(op, input), ...attributes };
  const attr = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, attribute(value)]));
  return { name, op, input, attr };
}

/** Attributes without which tfjs does not run an operator. */
function usual(op: string, inputs: readonly string[]): Record<string, Attribute> {
  return {
    ...(op.toLowerCase().includes('conv2') ? { dilations: [1, 1, 1, 1], data_format: 'NHWC' } : {}),
    ...(op.includes('Fused') ? { num_args: inputs.length - 2 } : {}),
  };
}

function attribute(value: Attribute): object {
  if (typeof value === 'number') return { i: String(value) };
  if (typeof value === 'boolean') return { b: value };
  if (typeof value === 'string') return value.startsWith('DT_') ? { type: value } : { s: btoa(value) };
  if ('f' in value) return value;
  const isText = (entry: number | string) => typeof entry === 'string';
  return value.some(isText)
    ? { list: { s: value.map((entry) => btoa(String(entry))) } }
    : { list: { i: value.map(String) } };
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly quantization?: object;
}

interface Weight {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

function constant({ name, shape, dtype }: Entry): object {
  const type = dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT';
  const tensor = { dtype: type, tensorShape: { dim: shape.map((size) => ({ size: String(size) })) } };
  return { name, op: 'Const', attr: { dtype: { type }, value: { tensor } } };
}

/** Numbers between −1 and 1; variances are positive. */
function floats(
  name: string,
  shape: readonly number[],
  seed: number,
  stored: NonNullable<TinyModel['stored']>,
): Weight {
  let state = seed * 7919;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const length = shape.reduce((product, size) => product * size, 1);
  const low = name.includes('variance') ? 0.5 : -1;
  const values = Float32Array.from({ length }, () => low + random() * (1 - low));
  const entry = { name, shape, dtype: 'float32' } as const;
  if (stored === 'float32') return { entry, bytes: new Uint8Array(values.buffer) };
  if (stored === 'float16') {
    const halves = Uint16Array.from({ length }, () => 0x3400 + Math.floor(random() * 0x800));
    return { entry: { ...entry, quantization: { dtype: stored } }, bytes: new Uint8Array(halves.buffer) };
  }
  const levels = stored === 'uint8' ? 255 : 65535;
  const quantization = { dtype: stored, min: -1, scale: 2 / levels, original_dtype: 'float32' };
  const steps = Array.from({ length }, () => Math.round(random() * levels));
  const bytes = stored === 'uint8' ? Uint8Array.from(steps) : new Uint8Array(Uint16Array.from(steps).buffer);
  return { entry: { ...entry, quantization }, bytes };
}

function ints(name: string, values: number | readonly number[] | readonly (readonly number[])[]): Weight {
  const flat = typeof values === 'number' ? [values] : values.flat();
  const shape =
    typeof values === 'number'
      ? []
      : Array.isArray(values[0])
        ? [values.length, values[0].length]
        : [values.length];
  const bytes = new Uint8Array(Int32Array.from(flat).buffer);
  return { entry: { name, shape, dtype: 'int32' }, bytes };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
