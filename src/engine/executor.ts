import { add, relu, relu6, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Graph, Param, Shape, ValueId } from '../graph/graph';
import type { GraphNode } from '../graph/nodes';
import { assertBindable } from './device-limits';
import { foldLayer, paramAt } from './fold';
import { conv2d } from './ops/conv';
import { dense } from './ops/linear';
import { runNode } from './ops/run-node';
import { planGraph } from './plan';
import type { FusedLayer, Plan, Step } from './plan';
import { WeightStore } from './weights';
import type { WeightKey } from './weights';

export interface ExecutorOptions {
  /** Shared with other executors; the caller disposes it. Without it the executor owns one. */
  readonly weights?: WeightStore;
  readonly weightKey?: WeightKey;
  /** Layers, by node id, that no activation is fused with. */
  readonly unfused?: ReadonlySet<string>;
}

/** Which steps run when some values are known already. */
export interface Schedule {
  readonly steps: readonly Step[];
  readonly wanted: readonly ValueId[];
}

/**
 * Runs a graph on batches with the current tfjs backend.
 *
 *     const executor = new Executor(graph, graph.outputs.map((output) => output.value));
 *     const [logits] = executor.run(new Map([[input.id, batch]]));
 */
export class Executor {
  readonly plan: Plan;
  readonly #graph: Graph;
  readonly #wanted: readonly ValueId[];
  readonly #weights: WeightStore;
  readonly #ownsWeights: boolean;
  readonly #key: WeightKey;

  /**
   * @param wanted the values that `run` may be asked for; they are never fused away
   * @throws Error when one of them needs an operator that cannot be run
   */
  constructor(graph: Graph, wanted: readonly ValueId[], options: ExecutorOptions = {}) {
    this.#graph = graph;
    this.#wanted = wanted;
    this.plan = planGraph(graph, wanted, options.unfused);
    this.#ownsWeights = !options.weights;
    this.#weights = options.weights ?? new WeightStore();
    this.#key = options.weightKey ?? this.#weights.identityKey;
  }

  /** The steps to take from `known` values to `wanted`: any wanted values, or outputs of the plan's steps. */
  schedule(known: ReadonlySet<ValueId>, wanted: readonly ValueId[] = this.#wanted): Schedule {
    const needed = new Set(wanted.map((id) => this.#resolve(id)));
    const steps: Step[] = [];
    for (const step of this.plan.steps.toReversed()) {
      if (!needed.has(step.output) || known.has(step.output)) continue;
      steps.push(step);
      step.reads.forEach((id) => needed.add(id));
    }
    return { steps: steps.reverse(), wanted };
  }

  /**
   * Runs a schedule (by default everything wanted that is not known). The caller keeps what it passed in and owns
   * the tensors returned, one for each wanted value; everything else is disposed after its last use.
   */
  run(
    known: ReadonlyMap<ValueId, Tensor>,
    schedule: Schedule = this.schedule(new Set(known.keys())),
  ): Tensor[] {
    const wanted = schedule.wanted.map((id) => this.#resolve(id));
    const batch = this.#batchSize(known);
    const uses = countUses(schedule.steps, wanted);
    const made = new Map<ValueId, Tensor>();
    const read = (id: ValueId): Tensor => {
      const found = made.get(id) ?? known.get(id);
      if (!found) throw new Error(`The value ${id} is neither known nor computed.`);
      return found;
    };
    try {
      for (const step of schedule.steps) {
        const result = this.#runStep(step, read, batch);
        made.set(step.output, result);
        assertBindable(result, `The value ${step.output}`);
        for (const id of step.reads) {
          const left = (uses.get(id) ?? 0) - 1;
          uses.set(id, left);
          if (left > 0) continue;
          made.get(id)?.dispose();
          made.delete(id);
        }
      }
      return wanted.map((id) => read(id).clone());
    } finally {
      for (const tensor of made.values()) tensor.dispose();
    }
  }

  /** Disposes the weights, unless they are shared. */
  dispose(): void {
    if (this.#ownsWeights) this.#weights.dispose();
  }

  #resolve(id: ValueId): ValueId {
    return this.plan.aliases.get(id) ?? id;
  }

  #batchSize(known: ReadonlyMap<ValueId, Tensor>): number {
    for (const [id, tensor] of known)
      if (this.#graph.values.get(id)?.shape[0] === null) return tensor.shape[0];
    return 1;
  }

  #runStep(step: Step, read: (id: ValueId) => Tensor, batch: number): Tensor {
    if (step.layer) return this.#runLayer(step.layer, step, read);
    const [node] = step.nodes;
    if (!node) throw new Error('A step has no node.');
    return runNode(
      node,
      node.inputs.map((id) => {
        const param = this.#graph.params.get(id);
        return param ? this.#weights.param(param, this.#key(param)) : read(this.#resolve(id));
      }),
      withBatch(this.#graph.values.get(node.output)?.shape ?? [], batch),
    );
  }

  #runLayer(layer: FusedLayer, step: Step, read: (id: ValueId) => Tensor): Tensor {
    const [input] = step.reads;
    if (input === undefined) throw new Error(`The layer ${layer.node.source} reads no value.`);
    const { kernel, bias } = this.#layerWeights(layer);
    return tidy(() => {
      if (layer.node.op === 'conv2d') return conv2d(read(input), kernel, layer.node, bias, layer.activation);
      const product = dense(read(input), kernel);
      return activate(bias ? add(product, bias) : product, layer.activation);
    });
  }

  #layerWeights({ node, batchNorm }: FusedLayer): { kernel: Tensor; bias: Tensor | null } {
    const kernel = this.#param(node, 1);
    const bias = node.inputs.length > 2 ? this.#param(node, 2) : null;
    if (!batchNorm)
      return {
        kernel: this.#weights.param(kernel, this.#key(kernel)),
        bias: bias && this.#weights.param(bias, this.#key(bias)),
      };
    const params = [
      kernel,
      ...(bias ? [bias] : []),
      ...[1, 2, 3, 4].map((index) => this.#param(batchNorm, index)),
    ];
    return this.#weights.folded(params.map(this.#key).join(' · '), () =>
      foldLayer(this.#graph, { node, batchNorm }),
    );
  }

  #param(node: GraphNode, index: number): Param {
    return paramAt(this.#graph, node, index);
  }
}

function countUses(steps: readonly Step[], wanted: readonly ValueId[]): Map<ValueId, number> {
  const uses = new Map<ValueId, number>();
  for (const id of [...steps.flatMap((step) => step.reads), ...wanted]) uses.set(id, (uses.get(id) ?? 0) + 1);
  return uses;
}

function withBatch(shape: Shape, batch: number): number[] {
  return shape.map((dim) => dim ?? batch);
}

function activate(x: Tensor, activation: FusedLayer['activation']): Tensor {
  return activation === 'linear' ? x : activation === 'relu' ? relu(x) : relu6(x);
}
