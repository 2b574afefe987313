import { createOracle } from '../src/engine/graph-oracle';
import { measureValues } from '../src/engine/measure-values';
import { analyseChannels } from '../src/graph/channels';
import type { Graph } from '../src/graph/graph';
import { defaultSettings } from '../src/pruning/recipe-defaults';
import type { Setup } from '../src/session/setup';
import { bindTask } from '../src/tasks/bind';
import { ladder, resNet50 } from './networks';
import { sessionOf, timeRun } from './run';
import { print } from './table';

const settings = { ...defaultSettings, delta: 0.05, alpha: 2, search: 'bracket' } as const;

/** Seconds of a run against calibration size and depth, and of a network as deep and wide as ResNet-50. */
export async function benchGrowth(quick: boolean) {
  const sizes = quick ? [64, 128] : [64, 128, 256, 512, 1024];
  const depths = quick ? [8, 16] : [8, 16, 32, 64];
  const bySize = [];
  for (const samples of sizes) bySize.push({ samples, ...(await time(ladder(8, 16, 16), 16, samples)) });
  const byDepth = [];
  for (const depth of depths) byDepth.push({ depth, ...(await time(ladder(depth, 16, 16), 16, 128)) });
  const large = quick ? null : await time(resNet50(64), 64, 64);
  bySize.forEach(({ samples, ...rest }) => print(`8 groups, ${samples} samples: ${line(rest)}`));
  byDepth.forEach(({ depth, ...rest }) => print(`${depth} groups, 128 samples: ${line(rest)}`));
  if (large) print(`ResNet-50 at 64×64, 64 samples: ${line(large)}`);
  return { bySize, byDepth, large };
}

async function time(graph: Graph, size: number, samples: number) {
  const setup = await noisySetup(graph, size, samples);
  const oracle = createOracle(setup);
  const { seconds, macs, report } = await timeRun(sessionOf(setup, oracle), settings);
  oracle.dispose();
  return {
    seconds,
    gigamacs: macs / 1e9,
    lessWork: report.work.naiveMacs / macs,
    groups: report.order.length,
  };
}

function line({ seconds, gigamacs, lessWork }: Awaited<ReturnType<typeof time>>): string {
  return `${seconds.toFixed(1)} s, ${gigamacs.toFixed(1)} GMAC, ${lessWork.toFixed(1)}× less than naive`;
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
