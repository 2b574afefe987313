import type { Tensor } from '@tensorflow/tfjs-core';
import type { CalibrationSet } from '../calibration/calibration';
import { batchSizeFor, DEFAULT_BUDGET, sampleBytes } from '../engine/batching';
import { breathe } from '../engine/breath';
import { trimBufferPool } from '../engine/buffer-pool';
import { Executor, type Schedule } from '../engine/executor';
import { stepMacs } from '../engine/plan';
import { cutSamples, uploadBatch, type SampleBatch } from '../engine/sample-batch';
import { WeightStore } from '../engine/weights';
import type { Graph, Param, ValueId } from '../graph/graph';

/** Half of the oracle's budget, which keeps activations of its own meanwhile. */
export const SWEEP_BYTES = DEFAULT_BUDGET / 2;

/** Samples that are run together, and the values they go on from; from the input alone where there are none. */
interface Part {
  readonly batch: SampleBatch;
  held: ReadonlyMap<ValueId, Tensor>;
}

/** What was read of a batch. */
export interface Reading {
  readonly batch: SampleBatch;
  /** Row-major numbers, batch × sample. */
  readonly values: readonly Float32Array[];
  /** Multiply-accumulates that it took. */
  readonly macs: number;
}

export interface SweepOptions {
  /** Values that are read ahead. */
  readonly ahead?: readonly ValueId[];
  /** Samples that are run together; as many as there is room for by default. */
  readonly batches?: readonly SampleBatch[];
  /** For what is held between readings. */
  readonly budgetBytes?: number | undefined;
}

/**
 * Reads values inside a network over a whole set, one value after the other from input to output, in a single pass:
 * a reading goes on from what the one before it left of all samples. Between readings params may get other numbers.
 * Dispose after use.
 */
export class Sweep {
  readonly #input: ValueId;
  readonly #values: readonly ValueId[];
  /** All that is ever read. */
  readonly #read: readonly ValueId[];
  readonly #set: CalibrationSet;
  readonly #budget: number;
  readonly #weights = new WeightStore();
  readonly #parts: readonly Part[];
  /** Outputs of all steps that the readings so far have come by. */
  readonly #passed = new Set<ValueId>();
  #graph: Graph;
  #executor: Executor;
  #readings = 0;
  #heldBytes = 0;

  /**
   * @param values in the order in which they will be read
   * @throws Error when a value needs an operator that cannot be run
   */
  constructor(
    graph: Graph,
    set: CalibrationSet,
    values: readonly ValueId[],
    { ahead = [], batches, budgetBytes = SWEEP_BYTES }: SweepOptions = {},
  ) {
    this.#input = graph.inputs[0]?.id ?? '';
    this.#set = set;
    this.#budget = budgetBytes;
    this.#graph = graph;
    this.#read = [...values, ...ahead];
    this.#executor = this.#executorOf(graph);
    const { aliases } = this.#executor.plan;
    this.#values = values.map((id) => aliases.get(id) ?? id);
    this.#parts = (batches ?? this.#cut()).map((batch) => ({ batch, held: new Map() }));
  }

  get batches(): readonly SampleBatch[] {
    return this.#parts.map(({ batch }) => batch);
  }

  /**
   * Reads the next value, one batch after the other.
   * @param ahead is read, too, without going past the value: what follows from it may be given other params
   */
  async *next(ahead: readonly ValueId[] = []): AsyncGenerator<Reading, void> {
    const value = this.#values[this.#readings++];
    if (value === undefined) throw new Error('There are no more values to read.');
    const { steps } = this.#executor.schedule(this.#passed, [value]);
    steps.forEach(({ output }) => this.#passed.add(output));
    const frontier = this.#frontier();
    for (const part of this.#parts) {
      yield await this.#advance(part, [value, ...ahead], frontier);
      trimBufferPool();
      await breathe();
    }
  }

  /** Gives params other numbers. */
  replaceParams(params: readonly Param[]): void {
    const ids = new Set(params.map(({ id }) => id));
    const passed = this.#executor.plan.steps.filter(({ output }) => this.#passed.has(output));
    // Layers that share a norm: what was made of its old numbers holds no longer.
    if (passed.some(({ nodes }) => nodes.some(({ inputs }) => inputs.some((id) => ids.has(id)))))
      this.#release();
    const replaced = new Map([...this.#graph.params, ...params.map((param) => [param.id, param] as const)]);
    this.#graph = { ...this.#graph, params: replaced };
    this.#executor = this.#executorOf(this.#graph);
  }

  dispose(): void {
    this.#release();
    this.#weights.dispose();
  }

  #cut(): readonly SampleBatch[] {
    const { count } = this.#set;
    const readBytes = Math.max(0, ...this.#read.map((id) => sampleBytes(this.#graph, id)));
    const largest = batchSizeFor(this.#graph, this.#executor.plan, count, DEFAULT_BUDGET, readBytes);
    return cutSamples([...Array(count).keys()], largest);
  }

  #executorOf(graph: Graph): Executor {
    return new Executor(graph, this.#read, { weights: this.#weights });
  }

  /** What steps and readings to come need of the steps that are behind. */
  #frontier(): readonly ValueId[] {
    const ahead = this.#executor.plan.steps.filter(({ output }) => !this.#passed.has(output));
    const read = [...ahead.flatMap(({ reads }) => reads), ...this.#values.slice(this.#readings)];
    return [...new Set(read)].filter((id) => this.#passed.has(id));
  }

  async #advance(part: Part, values: readonly ValueId[], frontier: readonly ValueId[]): Promise<Reading> {
    const { batch } = part;
    const { length: count } = batch.samples;
    const bytes = frontier.reduce((sum, id) => sum + count * sampleBytes(this.#graph, id), 0);
    // A part without room keeps the last frontier that it had room for: more to compute, with the same numbers.
    const hasRoom = this.#heldBytes - bytesOf(part.held) + bytes <= this.#budget;
    const kept = hasRoom ? frontier : [];
    const known = new Set([this.#input, ...part.held.keys()]);
    const schedule = this.#executor.schedule(known, [...values, ...kept]);
    const made = this.#run(part, schedule);
    const [read, rest] = [made.slice(0, values.length), made.slice(values.length)];
    if (hasRoom) this.#hold(part, new Map(rest.map((tensor, index) => [kept[index] ?? '', tensor])));
    try {
      const numbers = await Promise.all(read.map((each) => each.data<'float32'>()));
      return { batch, values: numbers, macs: count * stepMacs(this.#graph, schedule.steps) };
    } finally {
      read.forEach((each) => each.dispose());
    }
  }

  #run({ batch, held }: Part, schedule: Schedule): Tensor[] {
    const read = [...schedule.steps.flatMap(({ reads }) => reads), ...schedule.wanted];
    const input = read.includes(this.#input) ? uploadBatch(this.#set, batch) : null;
    try {
      return this.#executor.run(input ? new Map([...held, [this.#input, input]]) : held, schedule);
    } finally {
      input?.dispose();
    }
  }

  #hold(part: Part, values: ReadonlyMap<ValueId, Tensor>): void {
    this.#heldBytes += bytesOf(values) - bytesOf(part.held);
    part.held.forEach((tensor) => tensor.dispose());
    part.held = values;
  }

  #release(): void {
    for (const part of this.#parts) this.#hold(part, new Map());
  }
}

function bytesOf(values: ReadonlyMap<ValueId, Tensor>): number {
  return [...values.values()].reduce((sum, { size }) => sum + size * Float32Array.BYTES_PER_ELEMENT, 0);
}
