import type { NodeProto } from 'onnx-buf';
import { GraphBuilder } from '../../graph/builder';
import type { Graph, Shape, ValueId } from '../../graph/graph';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import type { ReadOptions } from '../artifact';
import { ConstantReader } from './constants';
import { OpContext, type Surroundings } from './context';
import { externalReader } from './external';
import { foldNode, spreadsOverBatch } from './fold';
import { inlineBranches, inlineFunctions, type Branches } from './inline';
import { modelInputs } from './inputs';
import { activation, arranged, identityPerm } from './layout';
import { onnxNode, type OnnxNode } from './node';
import { operators } from './ops';
import { captured, sortedNodes } from './order';
import { decodeModel, type DecodedModel } from './proto';
import type { Activation, Tensor, Unknown } from './values';
import { atLeastOne } from '../constants/at-least-one';
import { numbers, unsupported, Unsupported, type Constant } from '../constants/constant';
import { ParamStore } from '../constants/param-store';
import { untracked } from '../constants/untracked';

export interface OnnxReadOptions extends ReadOptions {
  /** Keep a batch size that the file fixes, instead of allowing any number of samples. */
  readonly literalBatch?: boolean;
}

export interface OnnxReading {
  readonly graph: Graph;
  readonly notes: readonly string[];
  /** What became of each of the file's values. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly fixedBatch: number | null;
  /** Conditions that hold, or do not, whatever the model's input holds. */
  readonly branches: Branches;
}

/** @throws InputError */
export function readOnnx(
  model: NamedBytes,
  files: readonly NamedBytes[] = [],
  options: OnnxReadOptions = {},
): OnnxReading {
  const branches = new Map<string, boolean>();
  for (let round = 0; ; round++) {
    const decoded = openModel(model, branches);
    const first = new Reading(model, files, decoded, options, branches, new Set()).run();
    const undecided = [...first.decided].filter(([name]) => !branches.has(name));
    if (undecided.length > 0 && round < MOST_BRANCHES_IN_A_ROW) {
      for (const [name, holds] of undecided) branches.set(name, holds);
      continue;
    }
    const clashing = [...first.pinned].filter((tensor) => first.sliceable.has(tensor));
    if (clashing.length === 0) return first;
    return new Reading(model, files, decoded, options, branches, new Set(clashing)).run();
  }
}

/** Branches whose condition is known once the one before is written out. */
const MOST_BRANCHES_IN_A_ROW = 32;

/** The model with its own functions, and the branches that are taken, written out. */
export function openModel(model: NamedBytes, branches: Branches): DecodedModel {
  const decoded = decodeModel(model);
  inlineFunctions(decoded.proto, decoded.graph);
  inlineBranches(decoded.graph, branches);
  return decoded;
}

/** Operators that mean the same in the oldest operator sets. */
const UNCHANGED_SINCE_1 = new Set([
  ...['Conv', 'ConvTranspose', 'AveragePool', 'MaxPool', 'GlobalAveragePool', 'GlobalMaxPool', 'LRN'],
  ...['Relu', 'Sigmoid', 'Tanh', 'Softplus', 'Softsign', 'LeakyRelu', 'Elu', 'Identity', 'Transpose'],
]);

class Reading implements Surroundings {
  readonly builder: GraphBuilder;
  readonly params: ParamStore;
  readonly fixedBatch: number | null;
  readonly #file: string;
  readonly #decoded: DecodedModel;
  readonly #constants: ConstantReader;
  readonly #frozen: ReadonlySet<string>;
  readonly #tensors = new Map<string, Tensor>();
  readonly #pinned = new Set<string>();
  readonly #notes: string[] = [];
  readonly #read: ReadonlySet<string>;
  readonly #branches: Branches;
  readonly #decided = new Map<string, boolean>();

  /** @param frozen tensors that must stay whole, because something reads them that cannot follow a slicing */
  constructor(
    model: NamedBytes,
    files: readonly NamedBytes[],
    decoded: DecodedModel,
    options: OnnxReadOptions,
    branches: Branches,
    frozen: ReadonlySet<string>,
  ) {
    this.#branches = branches;
    for (const name of branches.keys())
      this.#notes.push(
        `The If that makes "${name}" always takes the same branch here; the export holds that alone.`,
      );
    this.#file = model.name;
    this.#decoded = decoded;
    this.#frozen = frozen;
    this.builder = new GraphBuilder(model.name);
    this.params = new ParamStore(this.builder);
    this.#constants = new ConstantReader(model.name, decoded.graph, externalReader(model, files));
    const { inputs, fixedBatch, notes } = modelInputs(
      model.name,
      decoded.graph,
      this.#constants.names,
      options.inputShapes,
      options.literalBatch,
    );
    this.fixedBatch = fixedBatch;
    this.#notes.push(...notes);
    for (const { name, shape, type } of inputs)
      this.#tensors.set(name, activation(name, type, shape, this.builder.input(name, shape)));
    this.#read = new Set([
      ...decoded.graph.node.flatMap((node) => [...node.input, ...captured(node)]),
      ...decoded.graph.output.map(({ name }) => name),
    ]);
  }

  run(): OnnxReading & {
    readonly pinned: ReadonlySet<string>;
    readonly sliceable: ReadonlySet<string>;
    readonly decided: Branches;
  } {
    const { graph, opset } = this.#decoded;
    const given = new Set([...this.#tensors.keys(), ...this.#constants.names]);
    for (const node of sortedNodes(graph, given, this.#file))
      this.#readNode(onnxNode(node, opset, this.#file), node);
    for (const { name } of graph.output) this.builder.output(name, this.#outputValue(name));
    const built = this.builder.build();
    const sources = [...built.params.values()].flatMap(({ source }) => (source ? [source.tensor] : []));
    return {
      graph: built,
      notes: this.#notes,
      tensors: this.#tensors,
      fixedBatch: this.fixedBatch,
      branches: this.#branches,
      decided: this.#decided,
      pinned: this.#pinned,
      sliceable: new Set(sources),
    };
  }

  tensor(name: string): Tensor {
    const known = this.#tensors.get(name);
    if (known) return known;
    const found = this.#constants.initializer(name);
    if (!found)
      throw new InputError({
        file: this.#file,
        place: name,
        problem: 'nothing makes this value.',
        advice: 'Export the model again.',
      });
    return this.#define(name, found);
  }

  #define(name: string, tensor: Tensor): Tensor {
    const whole = tensor.kind === 'constant' && tensor.origin && this.#frozen.has(tensor.origin.tensor);
    const defined = whole ? { ...tensor, origin: null } : tensor;
    this.#tensors.set(name, defined);
    return defined;
  }

  #readNode(node: OnnxNode, proto: NodeProto): void {
    this.params.touched.clear();
    try {
      const tensors = this.#outputs(node);
      const spare = node.outputs.findIndex((name, i) => i >= tensors.length && this.#read.has(name));
      if (spare >= 0) unsupported(`its output ${spare + 1} (${node.outputs[spare] ?? ''}) is not computed`);
      tensors.forEach((tensor, i) => this.#define(node.outputs[i] ?? '', tensor));
      this.#pinUntracked(node, tensors);
    } catch (error) {
      if (error instanceof RangeError) node.fail(`its operands do not fit together (${error.message}).`);
      if (!(error instanceof Unsupported)) throw error;
      this.#opaque(node, proto, error.message);
    }
  }

  #outputs(node: OnnxNode): readonly Tensor[] {
    if (node.op === 'Constant') return [this.#constants.literal(node)];
    if (node.opset < 6 && !UNCHANGED_SINCE_1.has(node.op))
      unsupported(`operator set ${node.opset} gives it another meaning; sets from 6 on are read`);
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.tensor(name)));
    const operands = inputs.map(knownOperand);
    const folded = foldNode(node, operands, (tensor) => this.#constants.attribute(tensor));
    if (folded) return folded;
    if (node.op === 'If' && operands[0]?.kind === 'constant') {
      this.#decided.set(node.outputs[0] ?? '', numbers(operands[0])[0] !== 0);
      return unsupported('its branch cannot be written out');
    }
    const read = Object.hasOwn(operators, node.op) ? operators[node.op] : undefined;
    if (!read) return unsupported('this operator is not among those that are computed');
    if (inputs.every((tensor) => tensor?.kind !== 'activation') && !spreadsOverBatch(node, operands))
      return unsupported('all its inputs are constants');
    return listed(read(new OpContext(node, this)));
  }

  /** Constants the node read without leaving a trace to slice them by. */
  #pinUntracked(node: OnnxNode, outputs: readonly Tensor[]): void {
    if (node.op === 'Identity') return;
    const inputs = node.inputs.map((name) => this.#tensors.get(name));
    for (const tensor of untracked(inputs, outputs, this.params.touched)) this.#pinned.add(tensor);
  }

  #opaque(node: OnnxNode, proto: NodeProto, reason: string): void {
    const read = [...new Set([...node.inputs, ...captured(proto)])];
    const inputs = atLeastOne(
      this.builder,
      read.flatMap((name) => this.#opaqueInput(name)),
    );
    const first = !node.inputs.some((name) => this.#tensors.get(name)?.kind === 'unknown');
    if (first) this.#notes.push(`${node.op} "${node.label}" is passed through untouched: ${reason}.`);
    const cause = first ? `it comes after ${node.op} "${node.label}", which is not computed` : reason;
    for (const name of node.outputs) {
      if (name === '') continue;
      const id = this.builder.add(
        { op: 'opaque', source: node.label, inputs, sourceOp: node.op, reason },
        { name, shape: [] },
      );
      this.#tensors.set(name, { kind: 'unknown', name, id, cause } satisfies Unknown);
    }
  }

  #opaqueInput(name: string): ValueId[] {
    if (name === '') return [];
    const tensor = this.#tensorOrNull(name);
    if (tensor?.kind === 'activation') return [tensor.arrangements[0].id];
    if (tensor?.kind === 'unknown') return [tensor.id];
    if (tensor?.origin) this.#pinned.add(tensor.origin.tensor);
    return [];
  }

  #tensorOrNull(name: string): Tensor | null {
    try {
      return this.tensor(name);
    } catch (error) {
      if (error instanceof Unsupported) return null;
      throw error;
    }
  }

  #outputValue(name: string): ValueId {
    const tensor = this.tensor(name);
    if (tensor.kind === 'unknown') return tensor.id;
    if (tensor.kind === 'activation') return this.#inFileOrder(tensor);
    if (tensor.origin) this.#pinned.add(tensor.origin.tensor);
    const shape: Shape = tensor.shape.includes(0) ? [] : tensor.shape;
    const reason = 'this output is a constant';
    return this.builder.add(
      { op: 'opaque', source: name, inputs: atLeastOne(this.builder, []), sourceOp: 'Constant', reason },
      { name, shape },
    );
  }

  #inFileOrder(tensor: Activation): ValueId {
    try {
      return arranged(this.builder, tensor, identityPerm(tensor.shape.length));
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      const inputs = [tensor.arrangements[0].id];
      this.#notes.push(`The output "${tensor.name}" cannot be computed: ${error.message}.`);
      return this.builder.add(
        { op: 'opaque', source: tensor.name, inputs, sourceOp: 'Transpose', reason: error.message },
        { name: tensor.name, shape: [] },
      );
    }
  }
}

function knownOperand(tensor: Tensor | undefined): Constant | Activation | undefined {
  return tensor?.kind === 'unknown' ? unsupported(tensor.cause) : tensor;
}

function listed<T extends Tensor>(tensors: T | readonly T[]): readonly T[] {
  return 'kind' in tensors ? [tensors] : tensors;
}
