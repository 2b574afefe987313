import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { demoNetwork } from '../scripts/demo/network';
import { Executor } from '../src/engine/executor';
import { startWasm } from '../src/engine/testing/wasm';
import { trainingPass } from '../src/engine/train/forward';
import { registerGradients, Trainer, type BatchObjective, type TrainerOptions } from '../src/engine/train';
import { Random } from '../src/util/random';
import type { Graph, ValueId } from '../src/graph/graph';
import { mobile, residual } from './networks';
import { print, table } from './table';
import { ownMilliseconds } from './thread-time';
import { useOwnGradients } from './training/own-gradients';
import { withPlainBatchNorms } from './training/plain-batch-norms';

const batchSize = 64;
/** For what is too slow to be measured on a whole batch. */
const fewImages = 2;

export interface TrainingFigures {
  readonly network: string;
  /** Milliseconds of processor time an image; one thread. */
  readonly inference: number;
  /** With batch norms on the batch's statistics. */
  readonly forward: number;
  readonly step: number;
  /** The same step with tfjs' own gradients and batch norms; filter gradients, which WASM has no kernel for, are ours. */
  readonly ownStep: number;
  /** That with our batch norms as well. */
  readonly ownButNorms: number;
  /** With tfjs' own gradients throughout: filter gradients and depthwise ones by its plain JavaScript kernels. */
  readonly allOwnStep: number;
}

/**
 * What a training step takes on WASM: the network's inference, its forward pass as training runs it, the step, and
 * the same step with tfjs' own gradients. All in this process, each the best of several.
 */
export async function benchTraining(quick: boolean): Promise<TrainingFigures[]> {
  await startWasm();
  const networks: readonly (readonly [string, Graph])[] = [
    ['two digits (the demo)', demoNetwork(1)],
    ['residual, 3×32×32', residual(32)],
    ['depthwise, 3×32×32', mobile(32)],
  ];
  const figures: TrainingFigures[] = [];
  for (const [network, graph] of networks) figures.push(await measure(network, graph, quick ? 2 : 8));
  table(
    [
      'CPU ms/image on WASM',
      'inference',
      'forward',
      'step',
      'tfjs’ own',
      'but norms',
      'all own',
      'step ÷ inference',
      'step ÷ forward',
      'own ÷ ours',
      'but norms ÷ ours',
      'all own ÷ ours',
    ],
    figures.map(({ network, inference, forward, step, ownStep, ownButNorms, allOwnStep }) => [
      network,
      ...[
        inference,
        forward,
        step,
        ownStep,
        ownButNorms,
        allOwnStep,
        step / inference,
        step / forward,
        ownStep / step,
        ownButNorms / step,
        allOwnStep / step,
      ].map((value) => value.toFixed(2)),
    ]),
  );
  return figures;
}

async function measure(network: string, graph: Graph, repeats: number): Promise<TrainingFigures> {
  const random = new Random(1);
  const [input] = graph.inputs;
  const shape = (input?.shape ?? []).map((dim) => dim ?? batchSize);
  const pixels = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.uniform());
  const feeds = new Map([[input?.id ?? '', tf.tensor(pixels, shape)]]);
  const wanted = graph.outputs.map(({ value }) => value);
  const executor = new Executor(graph, wanted);
  const options: TrainerOptions = {
    optimiser: { kind: 'sgd', momentum: 0.9 },
    weightDecay: 5e-4,
    seed: 1,
  };
  const trainer = new Trainer(graph, options);
  const plain = new Trainer(withPlainBatchNorms(graph), options);
  const step = async (trained: Trainer, images = feeds) => {
    await trained.gather(images, smallOutputs(wanted));
    await trained.update(1e-3, batchSize);
  };
  const inference = () => read(executor.run(feeds));
  const forward = () => read(tf.tidy(() => runForTraining(graph, feeds, wanted)));

  registerGradients();
  const ours = {
    inference: await best(inference, repeats),
    forward: await best(forward, repeats),
    step: await best(() => step(trainer), repeats),
  };
  useOwnGradients(false);
  const ownRepeats = Math.max(1, repeats / 4);
  const ownButNorms = await best(() => step(trainer), ownRepeats);
  const ownStep = await best(() => step(plain), ownRepeats);
  useOwnGradients(true);
  const few = new Map([...feeds].map(([id, each]) => [id, firstImages(each)]));
  const allOwnStep = (await best(() => step(plain, few), 1)) * (batchSize / fewImages);
  registerGradients();
  trainer.dispose();
  plain.dispose();
  executor.dispose();
  tf.dispose([...feeds.values(), ...few.values()]);
  return { network, ...ours, ownStep, ownButNorms, allOwnStep };
}

function firstImages(x: tf.Tensor): tf.Tensor {
  return tf.slice(x, [0, 0, 0, 0], [fewImages, -1, -1, -1]);
}

/** Half the sum of the outputs' squares: its gradient is the outputs. */
function smallOutputs(values: readonly ValueId[]): BatchObjective {
  return {
    values,
    appraise: (data) => ({ losses: {}, gradients: data.map((each) => Float32Array.from(each)) }),
  };
}

function runForTraining(
  graph: Graph,
  feeds: ReadonlyMap<ValueId, tf.Tensor>,
  wanted: readonly ValueId[],
): tf.Tensor[] {
  const params = new Map([...graph.params].map(([id, { data, shape }]) => [id, tf.tensor(data, [...shape])]));
  const param = (id: ValueId) => params.get(id) ?? tf.scalar(0);
  return [...trainingPass(graph, feeds, { wanted, param, masks: new Map(), frozenStatistics: false }).values];
}

function read(outputs: readonly tf.Tensor[]): void {
  for (const output of outputs) {
    output.dataSync();
    output.dispose();
  }
}

/** Milliseconds of processor time an image. */
async function best(run: () => void | Promise<void>, repeats: number): Promise<number> {
  let least = Infinity;
  for (let turn = 0; turn <= repeats; turn++) {
    const begun = ownMilliseconds();
    await run();
    if (turn > 0) least = Math.min(least, ownMilliseconds() - begun);
  }
  return least / batchSize;
}

if (process.argv[1]?.endsWith('training.ts'))
  print(JSON.stringify(await benchTraining(process.argv.includes('--quick'))));
