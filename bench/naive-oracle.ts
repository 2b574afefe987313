import { getBackend, tensor } from '@tensorflow/tfjs-core';
import { cutSamples, type SampleBatch } from '../src/engine/sample-batch';
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
    const tallies = tasks.map(({ task }) => new Tally(task, set.count));
    const batches = cutSamples([...Array(set.count).keys()], largestBatch);
    for (const batch of batches) {
      const outputs = await this.#run(executor, sliced, batch);
      tasks.forEach((task, index) =>
        tallies[index]?.add(
          batch,
          task.values.map(({ id, shape }) => ({
            sampleShape: shape.slice(1).map((dim) => dim ?? 1),
            data: outputs[values.indexOf(id)] ?? new Float32Array(),
          })),
        ),
      );
    }
    executor.dispose();
    const macs = graphMacs(sliced) * set.count;
    this.#work = {
      evaluations: this.#work.evaluations + 1,
      macs: this.#work.macs + macs,
      naiveMacs: this.#work.naiveMacs + macs,
    };
    const losses = tallies.map((tally) => [tally.task.spec.name, tally.loss / set.count]);
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

  async #run(executor: Executor, graph: Graph, { samples }: SampleBatch) {
    const { input, sampleShape } = this.#setup.set;
    const size = sampleShape.reduce((product, dim) => product * dim, 1);
    const [first = 0] = samples;
    const part = input.subarray(first * size, (first + samples.length) * size);
    const batch = tensor(part, [samples.length, ...sampleShape], 'float32');
    const outputs = executor.run(new Map([[graph.inputs[0]?.id ?? '', batch]]));
    const read = await Promise.all(outputs.map((output) => output.data<'float32'>()));
    [batch, ...outputs].forEach((each) => each.dispose());
    return read;
  }
}
