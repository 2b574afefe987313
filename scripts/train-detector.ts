/**
 * Trains the digit detector on generated scenes and writes its weights:
 *
 *     npx tsx scripts/train-detector.ts [--steps 5000] [--seed 1] [--out .cache/detector]
 *
 * Then `npx tsx scripts/build-detector.ts` makes the files of public/demo/detector from them.
 */
import { parseArgs } from 'node:util';
import { startTraining } from './demo/backend';
import { measureDetector, sceneBatch } from './demo/detector/accuracy';
import { calibrationScenes, trainingScenes } from './demo/detector/data';
import { detectorLoss } from './demo/detector/losses';
import { detectorNetwork } from './demo/detector/network';
import { canvas } from './demo/detector/scenes';
import { trainDemo } from './demo/training-run';

const batchSize = 16;

const { values: args } = parseArgs({
  options: {
    steps: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: '.cache/detector' },
  },
});
const seed = Number(args.seed);
const heldOut = calibrationScenes();

await startTraining();
await trainDemo({
  network: detectorNetwork(seed),
  trainer: {
    optimiser: { kind: 'adamw' },
    weightDecay: 0.1,
    scaleSparsity: 1e-4,
    averageDecay: 0.998,
    statisticsMomentum: 0.95,
    seed,
  },
  schedule: { kind: 'one-cycle', peak: 4e-3, warmUp: 0.15 },
  steps: Number(args.steps),
  folder: args.out,
  reportEvery: 250,
  batch: (step) => {
    const scenes = trainingScenes(batchSize, seed, step);
    return {
      x: sceneBatch(scenes, 0, batchSize, [null, canvas, canvas, 1]),
      ...detectorLoss(scenes),
    };
  },
  measure: (graph) => measureDetector(graph, heldOut),
});
