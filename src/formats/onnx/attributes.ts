import { AttributeProto_AttributeType as Type, type AttributeProto, type TensorProto } from 'onnx-buf';

const decoder = new TextDecoder();

/** Reads a node's attributes by name and kind; an attribute of another kind is reported by `fail`. */
export class Attributes {
  readonly #byName: ReadonlyMap<string, AttributeProto>;
  readonly #fail: (problem: string) => never;

  constructor(attributes: readonly AttributeProto[], fail: (problem: string) => never) {
    this.#byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
    this.#fail = fail;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  int(name: string): number | undefined;
  int(name: string, otherwise: number): number;
  int(name: string, otherwise?: number): number | undefined {
    const found = this.#get(name, Type.INT);
    return found ? Number(found.i) : otherwise;
  }

  ints(name: string): readonly number[] | undefined;
  ints(name: string, otherwise: readonly number[]): readonly number[];
  ints(name: string, otherwise?: readonly number[]): readonly number[] | undefined {
    return this.#get(name, Type.INTS)?.ints.map(Number) ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.#get(name, Type.FLOAT)?.f ?? otherwise;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#get(name, Type.FLOATS)?.floats;
  }

  string(name: string, otherwise: string): string {
    const found = this.#get(name, Type.STRING);
    return found ? decoder.decode(found.s) : otherwise;
  }

  tensor(name: string): TensorProto | undefined {
    return this.#get(name, Type.TENSOR)?.t;
  }

  #get(name: string, type: Type): AttributeProto | undefined {
    const found = this.#byName.get(name);
    if (found && found.type !== type && found.type !== Type.UNDEFINED)
      this.#fail(`attribute ${name} should be ${Type[type]} but is ${Type[found.type]}.`);
    return found;
  }
}
