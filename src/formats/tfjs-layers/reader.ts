import { GraphBuilder } from '../../graph/builder';
import type { Dim, Graph, ValueId } from '../../graph/graph';
import { InputError } from '../../util/errors';
import type { ReadOptions } from '../artifact';
import { assumedSizes, withUsualSides } from '../open-sizes';
import { broken } from '../tfjs/json';
import { LayerConfig } from './config';
import { converters } from './layers';
import { LayerContext, Unsupported, type Dialect } from './layers/context';
import type { StoredWeight } from '../tfjs/manifest';
import type { LayerSpec, ModelSpec, TensorRef } from './topology';

/** The values that a layer's first call takes and gives: what the writer derives the layer's sizes from. */
export interface LayerTrace {
  readonly input: ValueId;
  readonly inputs: readonly ValueId[];
  readonly output: ValueId;
}

export interface ReadResult {
  readonly graph: Graph;
  /** By the layer's key. */
  readonly traces: ReadonlyMap<string, LayerTrace>;
  readonly notes: readonly string[];
}

/** More calls than any real network has: models nested in models, each called twice, could ask for 2^depth. */
const maxCalls = 5_000;

/** Turns a parsed topology and its weights into a graph. @throws InputError */
export function readLayers(
  model: ModelSpec,
  weights: ReadonlyMap<string, StoredWeight>,
  file: string,
  options: ReadOptions,
  dialect: Dialect = 'tfjs',
): ReadResult {
  const reader = new Reader(weights, file, options, dialect);
  reader.readModel(model);
  return { graph: reader.builder.build(), traces: reader.traces, notes: reader.notes };
}

class Reader {
  readonly builder: GraphBuilder;
  readonly traces = new Map<string, LayerTrace>();
  readonly notes: string[] = [];
  readonly #params = new Map<string, ValueId>();
  readonly #opaque = new Set<ValueId>();
  #calls = 0;
  #scope = '';

  constructor(
    private readonly weights: ReadonlyMap<string, StoredWeight>,
    private readonly file: string,
    private readonly options: ReadOptions,
    private readonly dialect: Dialect,
  ) {
    this.builder = new GraphBuilder(file);
  }

  readModel(model: ModelSpec): void {
    const inputs = new Map<string, ValueId>();
    for (const layer of inputLayers(model)) inputs.set(layer.name, this.#graphInput(layer));
    const taken = new Map<string, number>();
    this.#applyModel(model, inputs).forEach((value, index) => {
      const layer = model.outputs[index]?.layer ?? 'output';
      const count = (taken.get(layer) ?? 0) + 1;
      taken.set(layer, count);
      this.builder.output(count === 1 ? layer : `${layer}_${count}`, value);
    });
  }

  /** Calls the layers in an order in which their inputs are known, and returns the model's outputs. */
  #applyModel(model: ModelSpec, inputs: ReadonlyMap<string, ValueId>): ValueId[] {
    const known = new Map<string, readonly ValueId[]>();
    for (const [name, value] of inputs) known.set(callKey(name, 0), [value]);
    const offsets = nodeOffsets(model);
    const resolve = ({ layer, node, tensor }: TensorRef) =>
      known.get(callKey(layer, node - (offsets.get(layer) ?? 0)))?.[tensor];

    let waiting = model.layers.flatMap((layer) => layer.calls.map((refs, call) => ({ layer, refs, call })));
    this.#calls += waiting.length;
    if (this.#calls > maxCalls) {
      throw broken(this.file, 'modelTopology', `it has more than ${maxCalls} layers.`);
    }
    while (waiting.length > 0) {
      const blocked = waiting.filter(({ layer, refs, call }) => {
        const values = refs.map(resolve);
        if (!values.every((value) => value !== undefined)) return true;
        known.set(callKey(layer.name, call), this.#applyLayer(layer, values));
        return false;
      });
      if (blocked.length === waiting.length) throw this.#unresolved(blocked[0]?.layer);
      waiting = blocked;
    }
    return model.outputs.map((ref) => {
      const value = resolve(ref);
      if (value === undefined) throw broken(this.file, 'output_layers', `there is no layer "${ref.layer}".`);
      return value;
    });
  }

  #applyLayer(layer: LayerSpec, inputs: readonly ValueId[]): readonly ValueId[] {
    const outputs = layer.model
      ? this.#applyNested(layer, layer.model, inputs)
      : [this.#convert(layer, inputs)];
    const [input] = inputs;
    const [output] = outputs;
    if (input !== undefined && output !== undefined && !this.traces.has(layer.key)) {
      this.traces.set(layer.key, { input, inputs, output });
    }
    return outputs;
  }

  #applyNested({ name }: LayerSpec, model: ModelSpec, values: readonly ValueId[]): ValueId[] {
    const inputs = new Map<string, ValueId>();
    inputLayers(model).forEach((layer, index) => {
      const value = values[index];
      if (value === undefined)
        throw broken(this.file, `layer "${layer.name}"`, 'nothing is connected to it.');
      inputs.set(layer.name, value);
      this.traces.set(layer.key, { input: value, inputs: [value], output: value });
    });
    const scope = this.#scope;
    this.#scope = `${scope}${name}/`;
    const outputs = this.#applyModel(model, inputs);
    this.#scope = scope;
    return outputs;
  }

  #convert(layer: LayerSpec, inputs: readonly ValueId[]): ValueId {
    if (inputs.some((input) => this.#opaque.has(input))) {
      return this.#addOpaque(layer, inputs, 'it comes after a layer that is not understood.');
    }
    const convert = converters.get(layer.className);
    if (!convert) return this.#addOpaque(layer, inputs, `layers of class ${layer.className} are not known.`);
    const config = new LayerConfig(layer.config, this.file, layer.name);
    try {
      return convert(
        new LayerContext(
          this.builder,
          this.file,
          layer.name,
          config,
          inputs,
          this.weights,
          this.#params,
          this.dialect,
          this.#scope,
        ),
      );
    } catch (error) {
      if (error instanceof Unsupported) return this.#addOpaque(layer, inputs, error.message);
      throw error;
    }
  }

  /** The shape of what is not understood is not known either: only a batch axis is declared. */
  #addOpaque(layer: LayerSpec, inputs: readonly ValueId[], reason: string): ValueId {
    const value = this.builder.add(
      { op: 'opaque', source: layer.name, sourceOp: layer.className, reason, inputs },
      { shape: [null] },
    );
    this.#opaque.add(value);
    this.notes.push(`Layer "${layer.name}" (${layer.className}) is passed through untouched: ${reason}`);
    return value;
  }

  #graphInput(layer: LayerSpec): ValueId {
    const place = `input "${layer.name}"`;
    const stored = layer.config['batch_input_shape'];
    if (!Array.isArray(stored) || stored.length === 0) {
      throw broken(this.file, place, 'it has no batch_input_shape.');
    }
    const given = this.options.inputShapes?.[layer.name];
    const declared = (stored as unknown[]).map((size, axis) =>
      axis === 0 ? null : (size ?? given?.[axis - 1] ?? null),
    );
    const fine = (size: unknown): size is Dim =>
      size === null || (typeof size === 'number' && Number.isInteger(size) && size > 0);
    if (!declared.every(fine))
      throw broken(this.file, place, 'its batch_input_shape is not a list of sizes.');
    const shape = withUsualSides(declared);
    this.notes.push(...assumedSizes(layer.name, declared, shape));
    const sizes = shape.slice(1);
    const free = sizes.filter((size) => size === null).length;
    if (free > 0) {
      throw new InputError({
        file: this.file,
        place,
        problem: `its shape ${sizes.map((size) => size ?? '?').join('×')} leaves ${free === 1 ? 'a size' : 'sizes'} open.`,
        advice: 'Save the model with an input of fixed sizes.',
      });
    }
    return this.builder.input(layer.name, shape);
  }

  #unresolved(layer: LayerSpec | undefined): InputError {
    const names = layer?.calls.flat().map((ref) => `"${ref.layer}"`);
    return broken(
      this.file,
      `layer "${layer?.name ?? ''}"`,
      `its inputs ${names?.join(', ') ?? ''} are missing or go round in a circle.`,
    );
  }
}

function callKey(layer: string, call: number): string {
  return `${call}:${layer}`;
}

/** The model's input layers in the order of its inputs. */
function inputLayers(model: ModelSpec): LayerSpec[] {
  return model.inputs.flatMap(({ layer }) => model.layers.filter(({ name }) => name === layer));
}

/** Keras 2 counts the calls of a nested model from 1, the model itself being 0; Keras 3 does not. */
function nodeOffsets(model: ModelSpec): Map<string, number> {
  const refs = [...model.layers.flatMap((layer) => layer.calls.flat()), ...model.outputs];
  const highest = new Map<string, number>();
  for (const { layer, node } of refs) highest.set(layer, Math.max(node, highest.get(layer) ?? 0));
  return new Map(
    model.layers
      .filter((layer) => layer.model && (highest.get(layer.name) ?? 0) >= layer.calls.length)
      .map((layer) => [layer.name, 1]),
  );
}
