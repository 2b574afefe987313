/**
 * Makes the training set that MultiMNIST recipes fine-tune on, from digits that neither the calibration set nor the
 * test set is made of:
 *
 *     npx tsx scripts/make-training-set.ts [--pairs 20000] [--seed 5] [--out .cache/recovery/multimnist-train.npz]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { writeNpz } from '../src/calibration/write-npz';
import { Random } from '../src/util/random';
import { trainingDigits } from './demo/data';
import { canvas, makePairs } from './demo/multi-mnist';

const { values: args } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '5' },
    out: { type: 'string', default: '.cache/recovery/multimnist-train.npz' },
  },
});

const count = Number(args.pairs);
const { images, left, right } = makePairs(trainingDigits(), count, new Random(Number(args.seed)));
const labels = { dtype: 'uint8', shape: [count] } as const;
mkdirSync(dirname(args.out), { recursive: true });
writeFileSync(
  args.out,
  writeNpz([
    { name: 'x', dtype: 'uint8', shape: [count, canvas, canvas, 1], data: images },
    { name: 'left', ...labels, data: Uint8Array.from(left) },
    { name: 'right', ...labels, data: Uint8Array.from(right) },
  ]),
);
