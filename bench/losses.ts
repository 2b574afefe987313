import type { NamedArray } from '../src/calibration/calibration';
import { bindTask } from '../src/tasks/bind';
import type { TaskSpec } from '../src/tasks/task';
import { print, table } from './table';

const count = 256;
const side = 64;

interface Case {
  readonly spec: Pick<TaskSpec, 'loss'> & Partial<TaskSpec>;
  readonly sample: readonly number[];
  readonly labels: readonly NamedArray[];
}

/**
 * Processor time of each loss, its metric and its gradient over 256 samples, the best of five.
 *
 *     npx tsx bench/losses.ts
 */
function main() {
  const random = seeded();
  const classes = bytes('classes', [count, side, side], () => Math.floor(random() * 8));
  const yesNo = bytes('yesNo', [count, side, side], () => Math.round(random()));
  const depths = floats('depths', [count, side, side], () => 1 + random());
  const normals = floats('normals', [count, side, side, 3], () => Math.sqrt(1 / 3));
  const boxes = floats('boxes', [count, 8, 4], (at) => (at % 4 < 2 ? 4 : 4 + 8 * (1 + (at % 3))));
  const kinds = bytes('kinds', [count, 8], () => Math.floor(random() * 8));
  const cases: readonly Case[] = [
    { spec: { loss: 'cross-entropy' }, sample: [8, side, side], labels: [classes] },
    { spec: { loss: 'cross-entropy' }, sample: [side, side, 8], labels: [classes] },
    { spec: { loss: 'cross-entropy', labelSmoothing: 0.1 }, sample: [8, side, side], labels: [classes] },
    { spec: { loss: 'dice' }, sample: [8, side, side], labels: [classes] },
    { spec: { loss: 'balanced-bce' }, sample: [1, side, side], labels: [yesNo] },
    { spec: { loss: 'balanced-bce', metric: 'odsF' }, sample: [1, side, side], labels: [yesNo] },
    { spec: { loss: 'l1' }, sample: [1, side, side], labels: [depths] },
    { spec: { loss: 'silog' }, sample: [1, side, side], labels: [depths] },
    { spec: { loss: 'normals-cosine' }, sample: [3, side, side], labels: [normals] },
    { spec: { loss: 'centernet-heat' }, sample: [8, side / 4, side / 4], labels: [boxes, kinds] },
  ];
  const rows = cases.map((one) => [title(one), ...measure(one, random).map((time) => time.toFixed(0))]);
  table(['ms of one core, 256 samples', 'loss', 'metric', 'gradient'], rows);
  print('');
}

const title = ({ spec, sample }: Case): string =>
  [spec.loss, ...(spec.metric ? [spec.metric] : []), ...(spec.labelSmoothing ? ['smoothed'] : [])].join(' ') +
  ` ${sample.join('×')}`;

function measure({ spec, sample, labels }: Case, random: () => number): readonly number[] {
  const size = sample.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: count * size }, () => random() * 6 - 2);
  const arrays = new Map(labels.map((array) => [array.name, array]));
  const reference = data.subarray(0, size);
  const task = bindTask(
    { name: 'task', output: 'y', labels: labels.map(({ name }) => name), ...spec },
    { count, file: 'bench', arrays, imageSize: [side, side] },
    [{ name: 'y', sampleShape: sample, reference }],
  );
  const batch = { first: 0, count, outputs: [{ sampleShape: sample, data }] };
  return [() => task.losses(batch), () => task.metric?.tally(batch), () => task.gradients(batch)].map(best);
}

function best(work: () => unknown): number {
  return Math.min(
    ...Array.from({ length: 5 }, () => {
      const before = process.cpuUsage().user;
      work();
      return (process.cpuUsage().user - before) / 1000;
    }),
  );
}

function bytes(name: string, shape: readonly number[], of: () => number): NamedArray {
  return { name, dtype: 'uint8', shape, data: Uint8Array.from({ length: sizeOf(shape) }, of) };
}

function floats(name: string, shape: readonly number[], of: (at: number) => number): NamedArray {
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, at) => of(at));
  return { name, dtype: 'float32', shape, data };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Uniform numbers, the same in every run. */
function seeded(): () => number {
  let state = 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

main();
