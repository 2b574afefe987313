/**
 * Trains the rooms network on rendered rooms and writes its weights:
 *
 *     npx tsx scripts/train-rooms.ts [--steps 3000 | --minutes 30] [--seed 1] [--out .cache/rooms]
 *
 * Then `npx tsx scripts/build-rooms.ts` makes the files of public/demo/rooms from them.
 */
import { parseArgs } from 'node:util';
import { startTraining } from './demo/backend';
import { imageTensor, measureTasks } from './demo/measure';
import { calibrationRooms, trainingRooms } from './demo/rooms/data';
import { roomsLoss } from './demo/rooms/losses';
import { roomsNetwork } from './demo/rooms/network';
import { roomsSet } from './demo/rooms/set';
import { roomTaskSpecs } from './demo/rooms/tasks';
import { trainDemo } from './demo/training-run';

const batchSize = 8;

const { values: args } = parseArgs({
  options: {
    steps: { type: 'string', default: '3000' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: '.cache/rooms' },
  },
});
const seed = Number(args.seed);
const heldOut = roomsSet(calibrationRooms());

await startTraining();
await trainDemo({
  network: roomsNetwork(seed, true),
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
    const rooms = trainingRooms(batchSize, seed, step);
    return { x: imageTensor(roomsSet(rooms).x), ...roomsLoss(rooms) };
  },
  measure: (graph) => measureTasks(graph, heldOut, roomTaskSpecs),
});
