/**
 * Trains the demo network on MultiMNIST and writes its weights:
 *
 *     npx tsx scripts/train-demo.ts [--epochs 4] [--seed 1] [--out .cache/demo]
 *
 * Then `npx tsx scripts/build-demo.ts` makes the files of public/demo from them.
 */
import * as tf from '@tensorflow/tfjs-core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../src/util/random';
import { learningRate } from '../src/engine/train/schedule';
import { Trainer } from '../src/engine/train/trainer';
import { imageBatch, measure } from './demo/accuracy';
import { startTraining } from './demo/backend';
import { calibrationPairs, testPairs, trainingDigits } from './demo/data';
import { canvas, makePairs, type Pairs } from './demo/multi-mnist';
import { classes, demoNetwork, innerValues, tasks } from './demo/network';
import { weightsFile } from './demo/weights';

const batchSize = 128;
const peakRate = 0.1;
const warmUp = 0.05;
const penalties = { weightDecay: 5e-4, scaleSparsity: 2e-4 };
const dropRate = 0.25;

const { values: args } = parseArgs({
  options: {
    epochs: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: '.cache/demo' },
  },
});
const epochs = Number(args.epochs);
const seed = Number(args.seed);

await startTraining();
mkdirSync(args.out, { recursive: true });
const digits = trainingDigits();
const stepsPerEpoch = Math.floor(digits.count / batchSize);
const network = demoNetwork(seed);
const trainer = new Trainer(network, {
  optimiser: { kind: 'sgd', momentum: 0.9 },
  statisticsMomentum: 0.95,
  ...penalties,
  dropout: new Map(innerValues(network).map((value) => [value, dropRate])),
  seed,
});
const started = performance.now();

for (let epoch = 0; epoch < epochs; epoch++) {
  const pairs = makePairs(digits, stepsPerEpoch * batchSize, new Random(seed * 1000 + epoch));
  let sum = 0;
  for (let step = 0; step < stepsPerEpoch; step++) {
    const progress = (epoch * stepsPerEpoch + step) / (epochs * stepsPerEpoch);
    sum += trainOn(
      pairs,
      step * batchSize,
      learningRate({ kind: 'cosine', peak: peakRate, warmUp }, progress),
    );
    if (step % 50 === 49)
      console.log(`  step ${step + 1}/${stepsPerEpoch}, loss ${(sum / (step + 1)).toFixed(4)}`);
  }
  const graph = await trainer.snapshot();
  writeFileSync(join(args.out, 'weights.npz'), weightsFile(graph));
  const set = epoch === epochs - 1 ? testPairs() : calibrationPairs();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const loss = (sum / stepsPerEpoch).toFixed(4);
  console.log(`epoch ${epoch + 1}: loss ${loss}, ${seconds} s,`, measure(graph, set));
}
trainer.dispose();

/** One step; returns the batch's loss, summed over both digits. */
function trainOn(pairs: Pairs, first: number, learningRate: number): number {
  return tf.tidy(() => {
    const x = imageBatch(pairs, first, batchSize, [null, canvas, canvas, 1]);
    const labels = tasks.map((task) =>
      tf.oneHot(tf.tensor1d(pairs[task].subarray(first, first + batchSize), 'int32'), classes),
    );
    const loss = trainer.step(
      new Map([['x', x]]),
      (outputs) => {
        const losses = tasks.map((task, index) => {
          const logits = outputs.get(task);
          const wanted = labels[index];
          if (!logits || !wanted) throw new Error(`The network has no output ${task}.`);
          return tf.losses.softmaxCrossEntropy(wanted, logits);
        });
        return tf.addN(losses) as tf.Scalar;
      },
      learningRate,
    );
    return loss.dataSync()[0] ?? Number.NaN;
  });
}
