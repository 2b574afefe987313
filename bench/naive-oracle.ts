import { getBackend, tensor } from '@tensorflow/tfjs-core';
import { cutBatches } from '../src/engine/batching';
import { Executor } from '../src/engine/executor';
import type { Evaluation, Oracle, Work } from '../src/engine/oracle';
import { Tally } from '../src/engine/tally';
import { graphMacs } from '../src/graph/cost';
import type { KeepLists } from '../src/graph/channel-types';
import type { Graph, Param } from '../src/graph/graph';
import { sliceGraph } from '../src/graph/slice';
import type { Setup } from '../src/session/setup';

const largestBatch = 128;

/** Runs the whole sliced network over the whole calibration set for every trial, as the authors' code does. */
export class NaiveOracle implements Oracle {
  readonly backend = getBackend();
  #setup: Setup;
  #work: Work = { evaluations: 0, macs: 0, naiveMacs: 0 };

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  get work(): Work {
    return this.#work;
  }

  async evaluate(keep: KeepLists): Promise<Evaluation> {
    const { graph, channels, set, tasks } = this.#setup;
    const sliced = sliceGraph(graph, channels, keep);
    const values = [...new Set(tasks.flatMap((task) => task.values.map(({ id }) => id)))];
    const executor = new Executor(sliced, values);
    const tallies = tasks.map(({ task }) => new Tally(task));
    const batches = cutBatches(set.count, largestBatch);
    for (const batch of batches) {
      const outputs = await this.#run(executor, sliced, batch);
      tasks.forEach((task, index) =>
        tallies[index]?.add(batch, {
          first: batch.first,
          count: batch.count,
          outputs: task.values.map(({ id, shape }) => ({
            sampleShape: shape.slice(1).map((dim) => dim ?? 1),
            data: outputs[values.indexOf(id)] ?? new Float32Array(),
          })),
        }),
      );
    }
    executor.dispose();
    const macs = graphMacs(sliced) * set.count;
    this.#work = {
      evaluations: this.#work.evaluations + 1,
      macs: this.#work.macs + macs,
      naiveMacs: this.#work.naiveMacs + macs,
    };
    const losses = tallies.map((tally) => [tally.task.spec.name, tally.loss(batches) / set.count]);
    return { losses: Object.fromEntries(losses) as Evaluation['losses'], metrics: {}, bound: 'exact', macs };
  }

  replaceParams(params: readonly Param[]): Promise<void> {
    const { graph } = this.#setup;
    const replaced = new Map([...graph.params, ...params.map((param) => [param.id, param] as const)]);
    this.#setup = { ...this.#setup, graph: { ...graph, params: replaced } };
    return Promise.resolve();
  }

  dispose(): void {
    // Nothing is kept between evaluations.
  }

  async #run(executor: Executor, graph: Graph, { first, count }: { first: number; count: number }) {
    const { input, sampleShape } = this.#setup.set;
    const size = sampleShape.reduce((product, dim) => product * dim, 1);
    const part = input.subarray(first * size, (first + count) * size);
    const batch = tensor(part, [count, ...sampleShape], 'float32');
    const outputs = executor.run(new Map([[graph.inputs[0]?.id ?? '', batch]]));
    const read = await Promise.all(outputs.map((output) => output.data<'float32'>()));
    [batch, ...outputs].forEach((each) => each.dispose());
    return read;
  }
}
