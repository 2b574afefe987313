/**
 * Trains the digit detector on generated scenes and writes its weights:
 *
 *     npx tsx scripts/train-detector.ts [--steps 4000 | --minutes 30] [--seed 1] [--out .cache/detector]
 *
 * Then `npx tsx scripts/build-detector.ts` makes the files of public/demo/detector from them.
 */
import { parseArgs } from 'node:util';
import { startTraining } from './demo/backend';
import { calibrationScenes, trainingScenes } from './demo/detector/data';
import { detectorLoss } from './demo/detector/losses';
import { detectorNetwork } from './demo/detector/network';
import { detectorSet } from './demo/detector/set';
import { detectorTasks } from './demo/detector/tasks';
import { imageTensor, measureTasks } from './demo/measure';
import { trainDemo } from './demo/training-run';

const batchSize = 16;

const { values: args } = parseArgs({
  options: {
    steps: { type: 'string', default: '4000' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: '.cache/detector' },
  },
});
const seed = Number(args.seed);
const heldOut = detectorSet(calibrationScenes());

await startTraining();
await trainDemo({
  network: detectorNetwork(seed),
  trainer: {
    optimiser: { kind: 'adamw' },
    weightDecay: 0.1,
    scaleSparsity: 1e-4,
    averageDecay: 0.995,
    statisticsMomentum: 0.95,
    seed,
  },
  schedule: { kind: 'one-cycle', peak: 4e-3, warmUp: 0.2 },
  limit: args.minutes ? { minutes: Number(args.minutes) } : { steps: Number(args.steps) },
  folder: args.out,
  reportEvery: 250,
  batch: (step) => {
    const scenes = trainingScenes(batchSize, seed, step);
    return { x: imageTensor(detectorSet(scenes).x), ...detectorLoss(scenes) };
  },
  measure: (graph) => measureTasks(graph, heldOut, detectorTasks),
});
