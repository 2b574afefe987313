/**
 * Trains the digit detector on generated scenes and writes its weights, first a slender network, then a more generous
 * one that grows from it and learns to do with fewer channels:
 *
 *     npx tsx scripts/train-detector.ts [--steps 2000 | --minutes 30] [--seed 1] [--out .cache/detector-slender]
 *     npx tsx scripts/train-detector.ts --from .cache/detector-slender --out .cache/detector [--steps 1000 | --minutes 15]
 *
 * Then `npx tsx scripts/build-detector.ts` makes the files of public/demo/detector from them.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTraining } from './demo/backend';
import { calibrationScenes, trainingScenes } from './demo/detector/data';
import { detectorLoss } from './demo/detector/losses';
import { detectorInnerValues, detectorNetwork, generous, slender } from './demo/detector/network';
import { detectorSet } from './demo/detector/set';
import { detectorTasks } from './demo/detector/tasks';
import { imageTensor, measureTasks } from './demo/measure';
import { trainDemo } from './demo/training-run';
import { grownFrom } from './demo/weights';

const batchSize = 16;

const { values: args } = parseArgs({
  options: {
    steps: { type: 'string', default: '2000' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string' },
    out: { type: 'string', default: '.cache/detector-slender' },
  },
});
const seed = Number(args.seed);
const heldOut = detectorSet(calibrationScenes());

const network = args.from
  ? grownFrom(detectorNetwork(seed, generous), join(args.from, 'weights.npz'))
  : detectorNetwork(seed, slender);
const dropRate = args.from ? 0.15 : 0;

await startTraining();
await trainDemo({
  network,
  trainer: {
    optimiser: { kind: 'adamw' },
    weightDecay: 0.1,
    scaleSparsity: args.from ? 5e-4 : 1e-4,
    averageDecay: 0.995,
    statisticsMomentum: 0.95,
    dropout: new Map(dropRate === 0 ? [] : detectorInnerValues(network).map((value) => [value, dropRate])),
    seed,
  },
  schedule: { kind: 'one-cycle', peak: args.from ? 2.5e-3 : 4e-3, warmUp: 0.2 },
  limit: args.minutes ? { minutes: Number(args.minutes) } : { steps: Number(args.steps) },
  folder: args.out,
  reportEvery: 100,
  batch: (step) => {
    const scenes = trainingScenes(batchSize, seed, step);
    return { x: imageTensor(detectorSet(scenes).x), ...detectorLoss(scenes) };
  },
  measure: (graph) => measureTasks(graph, heldOut, detectorTasks),
});
