import type { GraphProto, TensorProto } from 'onnx-buf';
import { InputError } from '../../util/errors';
import { identityPerm } from './layout';
import type { OnnxNode } from './node';
import { decodeTensor } from './tensors';
import { constant, unsupported, type Constant } from '../constants/constant';
import { DataType, typeName } from '../constants/element-types';

/** The file's own constants, decoded where they are used. */
export class ConstantReader {
  readonly #file: string;
  readonly #external: (tensor: TensorProto) => Uint8Array;
  readonly #initializers: ReadonlyMap<string, TensorProto>;
  readonly #sparse: ReadonlySet<string>;

  constructor(file: string, graph: GraphProto, external: (tensor: TensorProto) => Uint8Array) {
    this.#file = file;
    this.#external = external;
    this.#initializers = uniqueByName(file, graph.initializer);
    this.#sparse = new Set(graph.sparseInitializer.map(({ values }) => values?.name ?? ''));
  }

  get names(): ReadonlySet<string> {
    return new Set([...this.#initializers.keys(), ...this.#sparse]);
  }

  /** @throws Unsupported for element types that are not read, InputError for a tensor that is not whole */
  initializer(name: string): Constant | undefined {
    if (this.#sparse.has(name)) return unsupported(`${name} is a sparse tensor`);
    const tensor = this.#initializers.get(name);
    return tensor && this.#decode(tensor, name, true);
  }

  /** What a Constant node holds. */
  literal({ attributes, outputs, fail }: OnnxNode): Constant {
    const tensor = attributes.tensor('value');
    if (tensor) return this.#decode(tensor, outputs[0] ?? '', false);
    const floats = attributes.floats('value_floats');
    if (floats) return constant([floats.length], DataType.FLOAT, floats);
    const ints = attributes.ints('value_ints');
    if (ints) return constant([ints.length], DataType.INT64, ints);
    if (attributes.has('value_float'))
      return constant([], DataType.FLOAT, [attributes.float('value_float', 0)]);
    if (attributes.has('value_int')) return constant([], DataType.INT64, [attributes.int('value_int', 0)]);
    if (attributes.has('value_string') || attributes.has('value_strings') || attributes.has('sparse_value'))
      return unsupported('it holds text or a sparse tensor');
    return fail('it holds no value.');
  }

  /** A tensor that is an operator's attribute. */
  attribute(tensor: TensorProto): Constant {
    return { ...this.#decode(tensor, '', false), origin: null };
  }

  #decode(tensor: TensorProto, name: string, trained: boolean): Constant {
    const decoded = decodeTensor(tensor, this.#external);
    if (decoded === null) return unsupported(`${name} holds ${typeName(tensor.dataType)} elements`);
    if ('problem' in decoded)
      throw new InputError({
        file: this.#file,
        place: `weight ${name}`,
        problem: decoded.problem,
        advice: 'The file may be damaged: copy or export it again.',
      });
    const origin = { tensor: name, axes: identityPerm(decoded.shape.length), trained };
    return { kind: 'constant', ...decoded, origin };
  }
}

function uniqueByName(file: string, tensors: readonly TensorProto[]): ReadonlyMap<string, TensorProto> {
  const byName = new Map<string, TensorProto>();
  for (const tensor of tensors) {
    if (byName.has(tensor.name))
      throw new InputError({
        file,
        place: `weight ${tensor.name}`,
        problem: 'there are two weights of this name.',
        advice: 'Export the model again.',
      });
    byName.set(tensor.name, tensor);
  }
  return byName;
}
