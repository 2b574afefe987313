import { memory } from '@tensorflow/tfjs-core';
import { DEFAULT_BUDGET } from '../src/engine/batching';
import { createOracle } from '../src/engine/graph-oracle';
import { estimateMemory } from '../src/engine/memory-estimate';
import { measureValues } from '../src/engine/measure-values';
import { analyseChannels } from '../src/graph/channels';
import type { Graph } from '../src/graph/graph';
import { defaultSettings } from '../src/pruning/recipe-defaults';
import type { Setup } from '../src/session/setup';
import { bindTask } from '../src/tasks/bind';
import { ladder, resNet50 } from './networks';
import { growthPlot } from './growth-plot';
import { sessionOf, timeRun } from './run';
import { median } from './statistics';
import { print } from './table';

const settings = { ...defaultSettings, delta: 0.05, alpha: 2, search: 'bracket' } as const;

interface Growth {
  /** Samples, or groups. */
  readonly size: number;
  readonly groups: number;
  readonly seconds: number;
  readonly gigamacs: number;
  readonly lessWork: number;
}

/** Seconds of a run against calibration size and depth, plotted, and the memory of a network as deep and wide as ResNet-50. */
export async function benchGrowth(quick: boolean) {
  const sizes = quick ? [64, 128, 256] : [64, 128, 256, 512, 1024];
  const depths = quick ? [8, 16, 32] : [8, 16, 32, 64];
  const repetitions = quick ? 1 : 3;
  const bySize: Growth[] = [];
  for (const size of sizes) {
    bySize.push({ size, ...(await medianRun(ladder(8, 16, 16), 16, size, repetitions)) });
    print(`8 groups, ${size} samples: ${line(bySize.at(-1))}`);
  }
  const byDepth: Growth[] = [];
  for (const size of depths) {
    byDepth.push({ size, ...(await medianRun(ladder(size, 16, 16), 16, 128, repetitions)) });
    print(`${size} groups, 128 samples: ${line(byDepth.at(-1))}`);
  }
  const charts = [
    { title: '8 groups', axis: 'calibration samples', points: bySize.map(pointOf) },
    { title: '128 samples', axis: 'prunable groups', points: byDepth.map(pointOf) },
  ];
  return { bySize, byDepth, plot: growthPlot(charts) };
}

/** A bracket run of ResNet-50's layers at 64×64 on 64 samples within a memory budget. */
export async function benchLarge(budgetBytes = DEFAULT_BUDGET) {
  const setup = await noisySetup(resNet50(64), 64, 64);
  const estimate = estimateMemory(setup, budgetBytes);
  const before = memory();
  const oracle = createOracle({ ...setup, memoryBudgetBytes: budgetBytes });
  let peak = 0;
  const observe = () => (peak = Math.max(peak, memory().numBytes - before.numBytes));
  const { seconds, macs, report } = await timeRun(sessionOf(setup, oracle), settings, observe);
  oracle.dispose();
  const result = {
    groups: report.order.length,
    seconds,
    gigamacs: macs / 1e9,
    lessWork: report.work.naiveMacs / macs,
    macsKept: report.final.macs / report.original.macs,
    batchSize: estimate.batchSize,
    budgetBytes,
    estimatedBytes: estimate.totalBytes,
    wishedBytes: estimate.wishedBytes,
    peakBytes: peak,
    tensorsLeft: memory().numTensors - before.numTensors,
  };
  const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  print(`ResNet-50 at 64×64, 64 samples, bracket: ${line(result)}, ${result.groups} groups`);
  print(
    `  budget ${megabytes(budgetBytes)}, estimate ${megabytes(estimate.totalBytes)}, seen ${megabytes(peak)}, ` +
      `batches of ${estimate.batchSize}, ${result.tensorsLeft} tensors left`,
  );
  return result;
}

const pointOf = ({ size, seconds }: Growth) => ({ x: size, y: seconds });

async function medianRun(graph: Graph, size: number, samples: number, repetitions: number) {
  const setup = await noisySetup(graph, size, samples);
  const seconds: number[] = [];
  let figures = { groups: 0, gigamacs: 0, lessWork: 0 };
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const oracle = createOracle(setup);
    const run = await timeRun(sessionOf(setup, oracle), settings);
    oracle.dispose();
    seconds.push(run.seconds);
    const { order, work } = run.report;
    figures = {
      groups: order.length,
      gigamacs: run.macs / 1e9,
      lessWork: work.naiveMacs / run.macs,
    };
  }
  return { ...figures, seconds: median(seconds) };
}

function line(run: Omit<Growth, 'size'> | undefined): string {
  if (!run) return '';
  return `${run.seconds.toFixed(1)} s, ${run.gigamacs.toFixed(1)} GMAC, ${run.lessWork.toFixed(1)}× less than naive`;
}

/** The network's own outputs with noise are the labels, so that there is a loss that pruning can raise. */
async function noisySetup(graph: Graph, size: number, count: number): Promise<Setup> {
  const sampleShape = [size, size, 3];
  const input = Float32Array.from(
    { length: count * size * size * 3 },
    (_, index) => Math.sin(index * 0.37) + Math.sin(index * 0.011),
  );
  const set = { count, sampleShape, input, arrays: new Map() };
  const values = graph.outputs.flatMap(({ value }) => graph.values.get(value) ?? []);
  const outputs = await measureValues(graph, set, values, count);
  const tasks = values.map((value, index) => {
    const reference = outputs[index] ?? new Float32Array();
    const spread = Math.sqrt(reference.reduce((sum, each) => sum + each * each, 0) / reference.length);
    const data = reference.map((each, at) => each + 0.3 * spread * Math.sin(at * 1.7));
    const name = graph.outputs[index]?.name ?? '';
    const labels = { name, dtype: 'float32', shape: [count, 10], data } as const;
    const inputs = { count, file: 'noise', arrays: new Map([[name, labels]]) };
    const spec = { name, loss: 'mse', output: name, labels: name } as const;
    const output = { name, sampleShape: [10], reference };
    return {
      task: bindTask(spec, inputs, [output]),
      values: [value],
      binding: { spec, inputs, outputs: [output] },
    };
  });
  return { graph, channels: analyseChannels(graph), set, tasks };
}
