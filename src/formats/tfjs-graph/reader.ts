import { GraphBuilder } from '../../graph/builder';
import type { Graph, ValueId } from '../../graph/graph';
import type { ReadOptions } from '../artifact';
import { broken } from '../tfjs/json';
import type { StoredWeight } from '../tfjs/manifest';
import { constantOf } from './constants';
import { OpContext, type Surroundings } from './context';
import { foldNode } from './fold';
import { modelInputs } from './inputs';
import { operators } from './ops';
import { NO_BATCH, worksWithoutBatch } from './ops/batch';
import { worksOnBlocks } from './ops/blocks';
import { nodeOf, outputName, type TfNode, type Topology } from './topology';
import type { Activation, Tensor } from './values';
import { atLeastOne } from '../constants/at-least-one';
import { unsupported, Unsupported, type Constant } from '../constants/constant';
import { ParamStore } from '../constants/param-store';
import { untracked } from '../constants/untracked';

export interface GraphReading {
  readonly graph: Graph;
  readonly notes: readonly string[];
  /** What became of each of the file's tensors, by `node` or `node:1`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly fixedBatch: number | null;
}

export interface GraphSource {
  readonly file: string;
  readonly topology: Topology;
  readonly weights: ReadonlyMap<string, StoredWeight>;
  readonly options: ReadOptions;
  /** Keep a batch size that the file fixes, instead of allowing any number of samples. */
  readonly literalBatch?: boolean;
}

const MOST_OUTPUTS = 2 ** 12;

/** @throws InputError */
export function readGraph(source: GraphSource): GraphReading {
  const first = new Reading(source, new Set()).run();
  const clashing = [...first.pinned].filter((tensor) => first.sliceable.has(tensor));
  return clashing.length === 0 ? first : new Reading(source, new Set(clashing)).run();
}

class Reading implements Surroundings {
  readonly builder: GraphBuilder;
  readonly params: ParamStore;
  readonly fixedBatch: number | null;
  readonly #source: GraphSource;
  readonly #frozen: ReadonlySet<string>;
  /** The tensors that something reads, by their node. */
  readonly #read = new Map<string, string[]>();
  readonly #tensors = new Map<string, Tensor>();
  readonly #pinned = new Set<string>();
  readonly #notes: string[];

  /** @param frozen weights that must stay whole, because something reads them that cannot follow a slicing */
  constructor(source: GraphSource, frozen: ReadonlySet<string>) {
    const { file, topology, options, literalBatch } = source;
    this.#source = source;
    this.#frozen = frozen;
    this.builder = new GraphBuilder(file);
    this.params = new ParamStore(this.builder);
    const byName = new Map(topology.nodes.map((node) => [node.name, node]));
    const { inputs, fixedBatch, notes } = modelInputs(
      file,
      topology.inputs,
      byName,
      options.inputShapes,
      literalBatch,
    );
    this.fixedBatch = fixedBatch;
    this.#notes = [...notes];
    for (const { name, tensor, shape, type } of inputs)
      this.#tensors.set(tensor, { kind: 'activation', id: this.builder.input(name, shape), shape, type });
    const read = [
      ...topology.nodes.flatMap((node) => node.inputs),
      ...topology.outputs.map(({ tensor }) => tensor),
    ];
    for (const name of new Set(read)) {
      const maker = nodeOf(name);
      const names = this.#read.get(maker);
      if (names) names.push(name);
      else this.#read.set(maker, [name]);
    }
  }

  run(): GraphReading & { readonly pinned: ReadonlySet<string>; readonly sliceable: ReadonlySet<string> } {
    const { nodes, outputs } = this.#source.topology;
    for (const node of nodes) if (!this.#tensors.has(node.name)) this.#readNode(node);
    for (const { name, tensor } of outputs) this.builder.output(name, this.#outputValue(tensor));
    const built = this.builder.build();
    const sources = [...built.params.values()].flatMap(({ source }) => (source ? [source.tensor] : []));
    return {
      graph: this.#named(built),
      notes: this.#notes,
      tensors: this.#tensors,
      fixedBatch: this.fixedBatch,
      pinned: this.#pinned,
      sliceable: new Set(sources),
    };
  }

  tensor(name: string): Tensor {
    const found = this.#tensors.get(name);
    if (found) return found;
    throw broken(this.#source.file, `tensor "${name}"`, 'its operator has no such output.');
  }

  #readNode(node: TfNode): void {
    this.params.touched.clear();
    try {
      const tensors = this.#outputs(node);
      const spare = this.#namesRead(node).find((_, index) => index >= Math.max(1, tensors.length));
      if (spare !== undefined) unsupported(`its output ${spare} is not computed`);
      tensors.forEach((tensor, index) => this.#define(outputName(node.name, index), tensor));
      this.#pinUntracked(node, tensors);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.#opaque(node, error.message);
    }
  }

  /** The node's outputs that something reads, by index, the first one always. */
  #namesRead({ name }: TfNode): string[] {
    const names = [name];
    for (const read of this.#read.get(name) ?? []) {
      const index = read === name ? 0 : Number(read.slice(name.length + 1));
      if (index < MOST_OUTPUTS) names[index] = read;
    }
    return names;
  }

  #outputs(node: TfNode): readonly Tensor[] {
    if (node.op === 'Const') return [constantOf(node, this.#source.weights)];
    const inputs = node.inputs.map((name) => known(this.tensor(name)));
    const blocks = inputs.map((input) => (input.kind === 'activation' ? input.blocks : undefined));
    const inBlocks = blocks.find((found) => found !== undefined);
    if (inBlocks && !worksOnBlocks.has(node.op) && node.op !== 'BatchToSpaceND')
      return unsupported('it works on blocks of an image');
    const batchless = inputs.some((input) => input.kind === 'activation' && input.withoutBatch);
    if (batchless && !worksWithoutBatch.has(node.op)) return unsupported(NO_BATCH);
    const folded = foldNode(node, inputs);
    if (folded) return folded;
    const read = Object.hasOwn(operators, node.op) ? operators[node.op] : undefined;
    if (!read) return unsupported('this operator is not among those that are computed');
    const tensors = listed(read(new OpContext(node, this)));
    if (!inBlocks || node.op === 'BatchToSpaceND') return tensors;
    return tensors.map((tensor) => (tensor.kind === 'activation' ? { ...tensor, blocks: inBlocks } : tensor));
  }

  #define(name: string, tensor: Tensor): void {
    const whole = tensor.kind === 'constant' && tensor.origin && this.#frozen.has(tensor.origin.tensor);
    this.#tensors.set(name, whole ? { ...tensor, origin: null } : tensor);
  }

  /** Weights the node read without leaving a trace to slice them by. */
  #pinUntracked(node: TfNode, outputs: readonly Tensor[]): void {
    const inputs = node.inputs.map((name) => this.#tensors.get(name));
    for (const tensor of untracked(inputs, outputs, this.params.touched)) this.#pinned.add(tensor);
  }

  #opaque(node: TfNode, reason: string): void {
    const inputs = atLeastOne(
      this.builder,
      [...new Set(node.inputs)].flatMap((name) => this.#opaqueInput(name)),
    );
    const first = !node.inputs.some((name) => this.#tensors.get(name)?.kind === 'unknown');
    const text = `${node.op} "${node.name}"`;
    if (first && node.op !== 'NoOp') this.#notes.push(`${text} is passed through untouched: ${reason}.`);
    const cause = first ? `it comes after ${text}, which is not computed` : reason;
    this.#namesRead(node).forEach((name) => {
      const id = this.builder.add(
        { op: 'opaque', source: node.name, inputs, sourceOp: node.op, reason },
        { name, shape: [] },
      );
      this.#tensors.set(name, { kind: 'unknown', id, cause });
    });
  }

  /** The end of a loop is read before it is made. */
  #opaqueInput(name: string): ValueId[] {
    const tensor = this.#tensors.get(name);
    if (tensor?.kind === 'activation' || tensor?.kind === 'unknown') return [tensor.id];
    if (tensor?.origin) this.#pinned.add(tensor.origin.tensor);
    return [];
  }

  #outputValue(name: string): ValueId {
    const tensor = this.tensor(name);
    if (tensor.kind !== 'constant') return tensor.id;
    if (tensor.origin) this.#pinned.add(tensor.origin.tensor);
    const reason = 'this output is a constant';
    return this.builder.add(
      { op: 'opaque', source: name, inputs: atLeastOne(this.builder, []), sourceOp: 'Const', reason },
      { name, shape: tensor.shape },
    );
  }

  /** Values under the names of the tensors they hold; those within an operator keep the names they were given. */
  #named(graph: Graph): Graph {
    const names = new Map<ValueId, string>(graph.inputs.map(({ id, name }) => [id, name]));
    for (const [name, tensor] of this.#tensors)
      if (tensor.kind !== 'constant' && !names.has(tensor.id)) names.set(tensor.id, name);
    const values = [...graph.values].map(
      ([id, value]) => [id, { ...value, name: names.get(id) ?? value.name }] as const,
    );
    return { ...graph, values: new Map(values) };
  }
}

function known(tensor: Tensor): Constant | Activation {
  return tensor.kind === 'unknown' ? unsupported(tensor.cause) : tensor;
}

function listed<T extends Tensor>(tensors: T | readonly T[]): readonly T[] {
  return 'kind' in tensors ? [tensors] : tensors;
}
