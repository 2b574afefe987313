import type { Dim } from '../../../graph/graph';
import { isObject, type JsonObject } from '../../tfjs/json';
import type { StoredWeight } from '../../tfjs/manifest';
import type { TfNode } from '../topology';

/** Changes nodes of a graph model's JSON in place, giving new operands names that are free. */
export class Patch {
  /** Constants that were added. */
  readonly weights: StoredWeight[] = [];
  readonly #nodes: unknown[];
  readonly #raw: ReadonlyMap<string, JsonObject>;
  readonly #parsed: ReadonlyMap<string, TfNode>;
  readonly #names: Set<string>;

  constructor(nodes: unknown[], parsed: ReadonlyMap<string, TfNode>, taken: Iterable<string>) {
    this.#nodes = nodes;
    this.#raw = new Map(nodes.filter(isObject).map((node) => [String(node['name']), node]));
    this.#parsed = parsed;
    this.#names = new Set([...this.#raw.keys(), ...taken]);
  }

  /** Sets the shape that a Const node declares. */
  setShape(name: string, shape: readonly number[]): void {
    const value = attributeOf(this.#raw.get(name), 'value')?.['tensor'];
    const declared: unknown = isObject(value) ? value['tensorShape'] : null;
    if (isObject(declared) && Array.isArray(declared['dim'])) declared['dim'] = shape.map(dimension);
  }

  /**
   * Gives the node a new constant operand; other nodes keep the old one. Where the operand is packed from single
   * numbers only those that differ are replaced, so that sizes computed from the input still are.
   * @param wanted the batch size is `null`, written −1
   * @param given what the file computes now
   */
  setOperand(
    node: TfNode,
    index: number,
    purpose: string,
    wanted: readonly Dim[],
    given: readonly Dim[],
    shape: readonly number[],
  ): void {
    const maker = this.#parsed.get(node.inputs[index] ?? '');
    const packed =
      maker?.op === 'Pack' && maker.inputs.length === wanted.length && given.length === wanted.length;
    const name = packed
      ? this.#repack(maker, node, purpose, wanted, given)
      : this.addConstant(
          `${node.name}/${purpose}`,
          wanted.map((value) => value ?? -1),
          shape,
        );
    this.setInput(node, index, name);
  }

  #repack(
    maker: TfNode,
    { name }: TfNode,
    purpose: string,
    wanted: readonly Dim[],
    given: readonly Dim[],
  ): string {
    const input = maker.inputs.map((old, i) => {
      const value = wanted[i] ?? null;
      return value === null || value === given[i]
        ? old
        : this.addConstant(`${name}/${purpose}/${i}`, [value], []);
    });
    const copy = this.#free(`${name}/${purpose}`);
    this.#nodes.push({ ...structuredClone(this.#raw.get(maker.name)), name: copy, input });
    return copy;
  }

  setInput({ name }: TfNode, index: number, tensor: string): void {
    const input: unknown = this.#raw.get(name)?.['input'];
    if (!Array.isArray(input)) return;
    const places = input.flatMap((one, place) => (String(one).startsWith('^') ? [] : [place]));
    input[places[index] ?? input.length] = tensor;
  }

  /** Makes a Split, whose parts are equal, a SplitV. */
  toSplitV(node: TfNode, sizes: readonly number[]): void {
    const raw = this.#raw.get(node.name);
    const attributes: unknown = raw?.['attr'];
    if (!raw || !isObject(attributes)) return;
    const [axis = '', value = ''] = node.inputs;
    const lengths = this.addConstant(`${node.name}/size_splits`, sizes, [sizes.length]);
    const inputs: unknown[] = Array.isArray(raw['input']) ? raw['input'] : [];
    const rest = inputs.filter((one) => String(one).startsWith('^'));
    raw['op'] = 'SplitV';
    raw['input'] = [value, lengths, axis, ...rest];
    attributes['Tlen'] = { type: 'DT_INT32' };
  }

  addConstant(wanted: string, values: readonly number[], shape: readonly number[]): string {
    const name = this.#free(wanted);
    const bytes = new Uint8Array(Int32Array.from(values).buffer);
    this.weights.push({
      name,
      shape,
      dtype: 'int32',
      quantization: null,
      group: null,
      elementBytes: 4,
      bytes,
    });
    const tensor = { dtype: 'DT_INT32', tensorShape: { dim: shape.map(dimension) } };
    this.#nodes.unshift({ name, op: 'Const', attr: { dtype: { type: 'DT_INT32' }, value: { tensor } } });
    return name;
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#names.has(name); n++) name = `${wanted}_${n}`;
    this.#names.add(name);
    return name;
  }
}

function attributeOf(node: JsonObject | undefined, name: string): JsonObject | null {
  const attributes: unknown = node?.['attr'];
  const found: unknown = isObject(attributes) ? attributes[name] : null;
  return isObject(found) ? found : null;
}

/** 64-bit numbers are text in protobuf's JSON. */
function dimension(size: number): { size: string } {
  return { size: String(size) };
}
