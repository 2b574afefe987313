import type { GraphBuilder, UnsourcedNode } from '../../../graph/builder';
import type { Dim, Param, Shape, ValueId } from '../../../graph/graph';
import { broken } from '../../tfjs/json';
import type { LayerConfig } from '../config';
import { decodeFloats, type StoredWeight } from '../../tfjs/manifest';

/** A layer that cannot be expressed; it becomes an opaque node with this reason. Thrown before any node is added. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

/** Whose arithmetic the layers have, where TensorFlow.js and the versions of Keras differ. */
export type Dialect = 'tfjs' | 'keras2' | 'keras3';

export interface WeightRequest {
  readonly role: Param['role'];
  /** As in `ParamSource`; by default the axes as stored. */
  readonly axes?: readonly number[];
  /** The param's name, by default the manifest's. Kernels go by their layer's name. */
  readonly name?: string;
}

/** Everything that the conversion of one call of one layer works with. */
export class LayerContext {
  constructor(
    readonly builder: GraphBuilder,
    readonly file: string,
    readonly name: string,
    readonly config: LayerConfig,
    readonly inputs: readonly ValueId[],
    private readonly weights: ReadonlyMap<string, StoredWeight>,
    private readonly params: Map<string, ValueId>,
    readonly dialect: Dialect = 'tfjs',
    /** Names of the models that the layer lies in, each followed by a slash. */
    private readonly scope = '',
  ) {}

  get input(): ValueId {
    const [input] = this.inputs;
    if (input === undefined) throw broken(this.file, `layer "${this.name}"`, 'it has no input.');
    return input;
  }

  get shape(): Shape {
    return this.builder.shape(this.input);
  }

  /** The sizes of the input after the batch axis. */
  get sizes(): number[] {
    return this.shape.slice(1).map((dim: Dim) => dim ?? 1);
  }

  /** @param part names a value within the layer; the layer's own output has none */
  add(
    node: UnsourcedNode,
    { part, shape }: { readonly part?: string; readonly shape?: Shape } = {},
  ): ValueId {
    const name = part ? `${this.name}/${part}` : this.name;
    return this.builder.add({ ...node, source: this.name }, { name, ...(shape ? { shape } : {}) });
  }

  hasWeight(weight: string): boolean {
    return this.find(weight) !== undefined;
  }

  /** A weight of the layer as a param; a layer that is called twice shares it. @throws InputError when it is missing */
  weight(weight: string, { role, axes, name }: WeightRequest): ValueId {
    const stored = this.require(weight);
    const known = this.params.get(stored.name);
    if (known !== undefined) return known;
    const order = axes ?? stored.shape.map((_, axis) => axis);
    const shape = order.map((axis) => (axis < 0 ? 1 : (stored.shape[axis] ?? 1)));
    const id = this.builder.param({
      id: stored.name,
      name: name ?? stored.name,
      shape,
      data: decodeFloats(stored),
      role,
      source: { tensor: stored.name, axes: order },
    });
    this.params.set(stored.name, id);
    return id;
  }

  weightShape(weight: string): readonly number[] {
    return this.find(weight)?.shape ?? [];
  }

  /** A number that is not in the file. */
  constant(part: string, value: number): ValueId {
    const data = Float32Array.of(value);
    return this.builder.param({
      name: `${this.name}/${part}`,
      shape: [1],
      data,
      role: 'constant',
      source: null,
    });
  }

  /**
   * One number for every element of a vector of the layer, which the file does not store. It names that vector as
   * its source, so that the two lose the same channels; a param without a source would keep them all.
   */
  uniformLike(weight: string, part: string, value: number): ValueId {
    const stored = this.require(weight);
    const shape = [stored.shape[0] ?? 1];
    return this.builder.param({
      name: `${this.name}/${part}`,
      shape,
      data: new Float32Array(shape[0] ?? 1).fill(value),
      role: 'constant',
      source: { tensor: stored.name, axes: [0] },
    });
  }

  /** [KH,KW,Ci,multiplier] as [KH,KW,1,Ci·multiplier]. Of a single channel the multiples stay: the layer's config names their number. */
  depthwiseKernel(weight: string): ValueId {
    const stored = this.require(weight);
    const [height = 1, width = 1, channels = 1, multiplier = 1] = stored.shape;
    const inner = { axis: 3, length: multiplier };
    const single = channels === 1 && multiplier > 1;
    return this.builder.param({
      name: this.name,
      shape: [height, width, 1, channels * multiplier],
      data: decodeFloats(stored),
      role: 'weight',
      source: single ? null : { tensor: stored.name, axes: [0, 1, -1, 2], inner },
    });
  }

  private require(weight: string): StoredWeight {
    const stored = this.find(weight);
    if (stored) return stored;
    throw broken(this.file, `layer "${this.name}"`, `the file has no weight "${this.name}/${weight}".`);
  }

  /** By its own name, or within the name scopes that the Python converter may put around it. */
  private find(weight: string): StoredWeight | undefined {
    const name = `${this.name}/${weight}`;
    const exact = this.weights.get(this.scope + name) ?? this.weights.get(name);
    if (exact) return exact;
    const scoped = [...this.weights.values()].filter(
      (stored) => stored.name.endsWith(`/${name}`) || isCellWeight(stored.name, this.name, weight),
    );
    return scoped.length === 1 ? scoped[0] : undefined;
  }
}

/** `layer/cell/weight`, which tfjs too takes for `layer/weight`. */
function isCellWeight(stored: string, layer: string, weight: string): boolean {
  const [first, , last, ...more] = stored.split('/');
  return first === layer && last === weight && more.length === 0;
}

/** Adds the layer's nodes and returns its output. @throws Unsupported, InputError */
export type Convert = (layer: LayerContext) => ValueId;

export function requireChannelsLast(layer: LayerContext): void {
  if (layer.config.string('data_format', 'channels_last') === 'channels_first') {
    throw new Unsupported('its data_format is channels_first; only channels_last is read.');
  }
}
