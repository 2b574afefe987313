import * as tf from '@tensorflow/tfjs-core';
import { fixedBatch, type Graph, type Param, type ValueId } from '../../graph/graph';
import type { BatchNormNode } from '../../graph/nodes';
import type { BatchStatistics } from './batch-norm';
import { dropoutMask } from './dropout';
import { trainingPass } from './forward';
import type { Appraisal, BatchObjective, Losses } from './objective';
import { createOptimiser, type Optimiser } from './optimiser';
import { findPenalties, findStatistics, type Penalty } from './penalties';
import { Random } from '../../util/random';
import { surrogate } from './surrogate';
import { TensorBank } from './tensor-bank';
import type { TrainerOptions, TrainerState } from './trainer-options';

/**
 * Trains a graph's weights: `gather` adds up gradients of micro-batches, `update` takes a step with them. Dispose
 * after use.
 */
export class Trainer {
  readonly #graph: Graph;
  readonly #options: TrainerOptions;
  readonly #weights: TensorBank;
  readonly #trained: readonly ValueId[];
  readonly #optimiser: Optimiser;
  readonly #gathered: TensorBank;
  readonly #average: TensorBank | null;
  readonly #penalties: ReadonlyMap<ValueId, Penalty>;
  #steps = 0;
  #microBatches = 0;

  constructor(graph: Graph, options: TrainerOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#penalties = findPenalties(graph, options.weightDecay ?? 0, options.scaleSparsity ?? 0);
    const statistics = findStatistics(graph);
    const trains = (param: Param) =>
      param.role === 'weight' && !statistics.has(param.id) && (options.trains?.(param) ?? true);
    const trained = [...graph.params].filter(([, param]) => trains(param));
    this.#trained = trained.map(([id]) => id);
    this.#weights = new TensorBank(graph.params);
    this.#gathered = TensorBank.zeros(trained);
    this.#optimiser = createOptimiser(options.optimiser, trained);
    this.#average = options.averageDecay === undefined ? null : new TensorBank(graph.params);
  }

  get steps(): number {
    return this.#steps;
  }

  /**
   * Adds the gradients of one micro-batch to those gathered, and lets running statistics take in the batch's. Where
   * results can only be read asynchronously (WebGPU) and the objective has terms in numbers, the network runs forward
   * twice: once to be read, once to be differentiated.
   *
   * @param feeds by the graph inputs' ids; the caller disposes them
   * @returns the objective's losses, summed over the micro-batch
   */
  async gather(feeds: ReadonlyMap<ValueId, tf.Tensor>, objective: BatchObjective): Promise<Losses> {
    const masks = this.#dropoutMasks(feeds);
    this.#microBatches += 1;
    try {
      const ahead = tf.getBackend() === 'webgpu' ? await this.#appraiseAhead(feeds, objective, masks) : null;
      const { appraisal, terms } = this.#differentiate(feeds, objective, masks, ahead);
      const names = Object.keys(terms);
      const values = await Promise.all(Object.values(terms).map(async (term) => (await term.data())[0]));
      tf.dispose(terms);
      const found = names.map((name, index): [string, number] => [name, values[index] ?? Number.NaN]);
      objective.learn?.(Object.fromEntries(found));
      return { ...appraisal?.losses, ...Object.fromEntries(found) };
    } finally {
      tf.dispose([...masks.values()]);
    }
  }

  /**
   * Takes a step with what was gathered, which is then forgotten. Where the gradient is not finite nothing is changed.
   *
   * @param count samples that were gathered: the step follows the mean over them
   * @returns the norm of the mean gradient, before clipping
   */
  async update(learningRate: number, count: number): Promise<number> {
    const norm = Math.sqrt(await this.#gathered.sumOfSquares()) / count;
    if (Number.isFinite(norm)) {
      const { clipNorm = Infinity } = this.#options;
      this.#move(learningRate, Math.min(1, clipNorm / norm) / count);
    }
    this.#gathered.clear();
    this.#microBatches = 0;
    return norm;
  }

  /**
   * One step on one batch whose loss is a tensor, on a backend that can be read at once; nothing is clipped.
   *
   * @param inputs by input name
   * @param loss a scalar from the outputs by name: the batch's mean
   * @returns the batch's loss, a scalar tensor that the caller disposes
   */
  step(
    inputs: ReadonlyMap<string, tf.Tensor>,
    loss: (outputs: ReadonlyMap<string, tf.Tensor>) => tf.Scalar,
    learningRate: number,
  ): tf.Scalar {
    const { outputs } = this.#graph;
    const feeds = new Map(this.#graph.inputs.map(({ id, name }) => [id, required(inputs, name)]));
    const objective: BatchObjective = {
      values: outputs.map(({ value }) => value),
      terms: {
        loss: (values) =>
          loss(new Map(outputs.map(({ name }, index) => [name, values[index] ?? tf.scalar(0)]))),
      },
    };
    const masks = this.#dropoutMasks(feeds);
    const { terms } = this.#differentiate(feeds, objective, masks, null);
    tf.dispose([...masks.values()]);
    this.#move(learningRate, 1);
    this.#gathered.clear();
    const result = required(new Map(Object.entries(terms)), 'loss').clone();
    tf.dispose(terms);
    return result;
  }

  /** The graph with its weights and running statistics as they are now, or with their moving averages. */
  async snapshot(which: 'current' | 'average' = 'current'): Promise<Graph> {
    const bank = which === 'average' ? (this.#average ?? this.#weights) : this.#weights;
    const found = await bank.read();
    const params = [...this.#graph.params].map(
      ([id, param]) => [id, { ...param, data: found.get(id) ?? param.data }] as const,
    );
    return { ...this.#graph, params: new Map(params) };
  }

  /** To be taken between steps. */
  async state(): Promise<TrainerState> {
    const banks = Object.entries(this.#banks()).map(
      async ([name, bank]) => [name, await bank.read()] as const,
    );
    return { steps: this.#steps, banks: Object.fromEntries(await Promise.all(banks)) };
  }

  /** @throws Error when the state is of another graph or of other options */
  restore({ steps, banks }: TrainerState): void {
    for (const [name, bank] of Object.entries(this.#banks())) bank.write(banks[name] ?? new Map());
    this.#gathered.clear();
    this.#steps = steps;
    this.#microBatches = 0;
  }

  dispose(): void {
    this.#gathered.dispose();
    Object.values(this.#banks()).forEach((bank) => bank.dispose());
  }

  #banks(): Readonly<Record<string, TensorBank>> {
    const average = this.#average ? { average: this.#average } : {};
    return { weights: this.#weights, ...this.#optimiser.memory, ...average };
  }

  #dropoutMasks(feeds: ReadonlyMap<ValueId, tf.Tensor>): ReadonlyMap<ValueId, tf.Tensor> {
    const { dropout = new Map<ValueId, number>(), seed } = this.#options;
    const batchSize = [...feeds.values()][0]?.shape[0] ?? 1;
    const random = Random.of(seed, this.#steps, this.#microBatches);
    const masks = [...dropout].map(([id, rate]) => {
      const shape = this.#graph.values.get(id)?.shape ?? [];
      return [id, dropoutMask([batchSize, ...shape.slice(1)], rate, random)] as const;
    });
    return new Map(masks);
  }

  #pass(
    feeds: ReadonlyMap<ValueId, tf.Tensor>,
    wanted: readonly ValueId[],
    masks: ReadonlyMap<ValueId, tf.Tensor>,
  ) {
    return trainingPass(this.#graph, feeds, {
      wanted,
      masks,
      param: (id) => this.#weights.get(id),
      frozenStatistics: this.#options.frozenStatistics ?? fixedBatch(this.#graph) !== null,
    });
  }

  async #appraiseAhead(
    feeds: ReadonlyMap<ValueId, tf.Tensor>,
    objective: BatchObjective,
    masks: ReadonlyMap<ValueId, tf.Tensor>,
  ): Promise<Appraisal | null> {
    if (!objective.appraise) return null;
    const tensors = tf.tidy(() =>
      this.#pass(feeds, objective.values, masks).values.map((value) => value.clone()),
    );
    const data = await Promise.all(tensors.map((value) => value.data<'float32'>()));
    tf.dispose(tensors);
    return objective.appraise(data);
  }

  /** Adds the gradients of one micro-batch; the terms are the caller's. */
  #differentiate(
    feeds: ReadonlyMap<ValueId, tf.Tensor>,
    objective: BatchObjective,
    masks: ReadonlyMap<ValueId, tf.Tensor>,
    ahead: Appraisal | null,
  ): { appraisal: Appraisal | null; terms: Record<string, tf.Scalar> } {
    let appraisal = ahead;
    let statistics: ReadonlyMap<BatchNormNode, BatchStatistics> = new Map();
    const found: Record<string, tf.Scalar> = {};
    tf.tidy(() => {
      const variables = this.#trained.map((id) => this.#weights.get(id));
      const forward = (): tf.Scalar => {
        const pass = this.#pass(feeds, objective.values, masks);
        statistics = pass.statistics;
        for (const { mean, variance } of statistics.values())
          [mean, variance].forEach((each) => tf.keep(each));
        appraisal ??= objective.appraise?.(pass.values.map((value) => value.dataSync<'float32'>())) ?? null;
        for (const [name, term] of Object.entries(objective.terms ?? {}))
          found[name] = tf.keep(term(pass.values));
        const weighted = Object.entries(found).map(([name, term]): tf.Scalar => {
          const { [name]: weight = 1 } = objective.weights ?? {};
          return weight === 1 ? term : tf.mul(term, weight);
        });
        return surrogate(pass.values, appraisal?.gradients ?? [], weighted);
      };
      const { grads } = tf.engine().gradients<tf.Tensor>(forward, variables, undefined, true);
      this.#gathered.add(this.#trained, grads);
    });
    this.#takeIn(statistics);
    return { appraisal, terms: found };
  }

  #move(learningRate: number, scale: number): void {
    this.#steps += 1;
    tf.tidy(() => {
      const slopes = this.#trained.map((id) => {
        const { decay, sparsity } = this.#penalties.get(id) ?? { decay: 0, sparsity: 0 };
        const variable = this.#weights.get(id);
        const gathered = this.#gathered.get(id);
        const mean = scale === 1 ? gathered : tf.mul(gathered, scale);
        const gradient = sparsity === 0 ? mean : tf.add(mean, tf.mul(tf.sign(variable), sparsity));
        return { id, variable, gradient, decay };
      });
      this.#optimiser.move(slopes, learningRate, this.#steps);
    });
    this.#followAverage();
  }

  /** The average forgets faster in the beginning, when it knows little. */
  #followAverage(): void {
    const { averageDecay = 0 } = this.#options;
    const share = Math.min(averageDecay, (1 + this.#steps) / (10 + this.#steps));
    for (const id of this.#average?.ids ?? []) this.#average?.blend(id, this.#weights.get(id), share);
  }

  #takeIn(statistics: ReadonlyMap<BatchNormNode, BatchStatistics>): void {
    const { statisticsMomentum = 0.9 } = this.#options;
    for (const [{ inputs }, { mean, variance }] of statistics) {
      this.#weights.blend(inputs[3], mean, statisticsMomentum);
      this.#weights.blend(inputs[4], variance, statisticsMomentum);
      tf.dispose([mean, variance]);
    }
  }
}

function required<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const found = map.get(key);
  if (found === undefined) throw new Error(`${String(key)} is missing.`);
  return found;
}
