import { getBackend, tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CalibrationSet } from '../calibration/calibration';
import type { ChannelMap, GroupId, KeepLists } from '../graph/channel-types';
import { graphMacs } from '../graph/cost';
import type { Graph, Value, ValueId } from '../graph/graph';
import type { BoundTask } from '../tasks/task';
import { ActivationStore } from './activation-store';
import { cutBatches, peakSampleBytes } from './batching';
import type { Batch } from './batching';
import { breathe } from './breath';
import { trimBufferPool } from './buffer-pool';
import { Candidate } from './candidate';
import { Dependence } from './dependence';
import type { EvaluateOptions, Evaluation, Oracle, TaskLosses, Work } from './oracle';
import { planGraph } from './plan';
import type { Plan } from './plan';
import { frontierOf, reachOf } from './reach';
import { Tally } from './tally';
import { Variation } from './variation';
import { WeightStore } from './weights';

export interface OracleParts {
  readonly graph: Graph;
  readonly channels: ChannelMap;
  readonly set: CalibrationSet;
  /** Each task with the value of the graph it reads. */
  readonly tasks: readonly { readonly task: BoundTask; readonly value: Value }[];
  /** Samples a batch; by default so many that a batch's activations stay within 64 MB, 128 at most. */
  readonly batchSize?: number;
  /** For activations kept between evaluations; 512 MB by default, 0 keeps none. */
  readonly memoryBudgetBytes?: number;
}

/**
 * An oracle that runs the sliced network on the current tfjs backend.
 *
 * While a group varies, the activations that the recomputed layers read are kept for every batch, as far as the
 * budget goes: those the group cannot change, and those of its own layers with the group whole, from which each
 * candidate takes its channels. The losses of a task that a candidate cannot change are remembered. Evaluations
 * asked for at the same time take turns.
 */
export function createOracle(parts: OracleParts): Oracle {
  return new GraphOracle(parts);
}

const MEGABYTE = 2 ** 20;
const DEFAULT_BUDGET = 512 * MEGABYTE;
const BATCH_BYTES = 64 * MEGABYTE;
const LARGEST_BATCH = 128;
const REMEMBERED = 4096;

/** A task in one evaluation; `remembered` when its sums are known from an earlier one. */
interface Question {
  readonly value: Value;
  readonly key: string;
  readonly remembered: boolean;
  readonly tally: Tally;
}

class GraphOracle implements Oracle {
  readonly backend = getBackend();
  readonly #parts: OracleParts;
  readonly #inputId: ValueId;
  readonly #wanted: readonly ValueId[];
  readonly #plan: Plan;
  readonly #batches: readonly Batch[];
  readonly #dependence: Dependence;
  readonly #store: ActivationStore;
  readonly #weights = new WeightStore();
  readonly #remembered = new Map<string, Tally>();
  #variation: Variation | null = null;
  #work: Work = { evaluations: 0, macs: 0, naiveMacs: 0 };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: OracleParts) {
    this.#parts = parts;
    this.#inputId = parts.graph.inputs[0]?.id ?? '';
    this.#wanted = [...new Set(parts.tasks.map(({ value }) => value.id))];
    this.#plan = planGraph(parts.graph, this.#wanted);
    this.#dependence = new Dependence(parts.graph, parts.channels);
    this.#store = new ActivationStore(parts.memoryBudgetBytes ?? DEFAULT_BUDGET);
    const fitting = Math.floor(BATCH_BYTES / peakSampleBytes(parts.graph, this.#plan));
    this.#batches = cutBatches(parts.set.count, parts.batchSize ?? Math.min(LARGEST_BATCH, fitting));
  }

  get work(): Work {
    return this.#work;
  }

  evaluate(keep: KeepLists, options: EvaluateOptions = {}): Promise<Evaluation> {
    const turn = this.#turn.then(() => this.#evaluate(keep, options));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  dispose(): void {
    this.#store.dispose();
    this.#weights.dispose();
    this.#remembered.clear();
    this.#variation = null;
  }

  async #evaluate(requested: KeepLists, { vary, limits, signal }: EvaluateOptions): Promise<Evaluation> {
    const { count } = this.#parts.set;
    const candidate = this.#candidate(this.#withoutWhole(requested));
    const variation = vary === undefined ? null : this.#vary(vary, candidate.keep);
    const questions = this.#questions(candidate);
    const open = questions.filter(({ remembered }) => !remembered);
    let macs = 0;
    let seen = open.length === 0 ? count : 0;
    for (const batch of open.length === 0 ? [] : this.#batches) {
      signal?.throwIfAborted();
      macs += await this.#runBatch(batch, candidate, variation, open);
      seen += batch.count;
      await breathe();
      if (isExceeded(questions, limits, count)) break;
    }
    const bound = seen === count ? 'exact' : 'early-exit';
    if (bound === 'exact') this.#remember(open);
    this.#weights.sweep();
    trimBufferPool();
    this.#work = {
      evaluations: this.#work.evaluations + 1,
      macs: this.#work.macs + macs,
      naiveMacs: this.#work.naiveMacs + graphMacs(candidate.graph) * count,
    };
    return { losses: lossesOf(questions, count), metrics: metricsOf(questions), bound, macs };
  }

  /** Runs one batch through what is not known of the candidate, and counts the open tasks' losses. */
  async #runBatch(
    batch: Batch,
    candidate: Candidate,
    variation: Variation | null,
    open: readonly Question[],
  ): Promise<number> {
    const wanted = [...new Set(open.map(({ value }) => value.id))];
    const temporary = new Map<ValueId, Tensor>();
    const input = () => {
      const uploaded = temporary.get(this.#inputId) ?? this.#upload(batch);
      temporary.set(this.#inputId, uploaded);
      return uploaded;
    };
    let outputs: Tensor[] = [];
    try {
      const prepared = variation?.prepare(batch, this.#inputId, input) ?? 0;
      variation?.startingPoints(batch, candidate, wanted).forEach((start, id) => temporary.set(id, start));
      const schedule = candidate.executor.schedule(new Set(temporary.keys()), wanted);
      if (schedule.steps.some((step) => step.reads.includes(this.#inputId))) input();
      outputs = candidate.executor.run(temporary, schedule);
      const read = await Promise.all(outputs.map((output) => output.data<'float32'>()));
      const data = new Map(wanted.map((id, index) => [id, read[index] ?? new Float32Array()]));
      for (const { value, tally } of open)
        tally.add({
          first: batch.first,
          count: batch.count,
          sampleShape: value.shape.slice(1).map((dim) => dim ?? 1),
          data: data.get(value.id) ?? new Float32Array(),
        });
      return prepared + candidate.macs(schedule) * batch.count;
    } finally {
      for (const each of [...temporary.values(), ...outputs]) each.dispose();
    }
  }

  #upload({ first, count }: Batch): Tensor {
    const { input, sampleShape } = this.#parts.set;
    const size = sampleShape.reduce((product, dim) => product * dim, 1);
    return tensor(input.subarray(first * size, (first + count) * size), [count, ...sampleShape], 'float32');
  }

  #candidate(keep: KeepLists): Candidate {
    const shared = { weights: this.#weights, dependence: this.#dependence };
    return new Candidate(this.#parts.graph, this.#parts.channels, keep, this.#wanted, shared);
  }

  #vary(group: GroupId, keep: KeepLists): Variation {
    const rest = new Map([...keep].filter(([id]) => id !== group));
    const current = this.#variation;
    if (current?.group === group && isSame(current.whole.keep, rest)) return current;
    const { graph, channels } = this.#parts;
    const reach = reachOf(group, graph, channels, this.#plan, this.#dependence);
    const frontier = frontierOf(reach, graph, this.#plan);
    this.#variation = new Variation(group, this.#candidate(rest), reach, frontier, this.#store);
    return this.#variation;
  }

  #questions(candidate: Candidate): readonly Question[] {
    return this.#parts.tasks.map(({ task, value }, index) => {
      const key = `${index} ${candidate.signature(value.id)}`;
      const known = this.#remembered.get(key);
      return { value, key, remembered: known !== undefined, tally: known ?? new Tally(task) };
    });
  }

  #remember(open: readonly Question[]): void {
    for (const { key, tally } of open) {
      if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
      this.#remembered.set(key, tally);
    }
  }

  #withoutWhole(keep: KeepLists): KeepLists {
    const sizes = new Map(this.#parts.channels.groups.map(({ id, size }) => [id, size]));
    return new Map([...keep].filter(([id, units]) => units.length !== sizes.get(id)));
  }
}

function isSame(a: KeepLists, b: KeepLists): boolean {
  return a.size === b.size && [...a].every(([id, units]) => b.get(id)?.join() === units.join());
}

function isExceeded(questions: readonly Question[], limits: TaskLosses | undefined, count: number): boolean {
  return questions.some(({ tally }) => tally.loss(count) > (limits?.[tally.task.spec.name] ?? Infinity));
}

function lossesOf(questions: readonly Question[], count: number): TaskLosses {
  return Object.fromEntries(questions.map(({ tally }) => [tally.task.spec.name, tally.loss(count)]));
}

function metricsOf(questions: readonly Question[]): TaskLosses {
  return Object.fromEntries(
    questions.flatMap(({ tally }) => {
      const metric = tally.metric();
      return metric === null ? [] : [[tally.task.spec.name, metric]];
    }),
  );
}
