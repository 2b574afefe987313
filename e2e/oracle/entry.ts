import { memory } from '@tensorflow/tfjs-core';
import { startBackend } from '../../src/engine/backends';
import { createOracle } from '../../src/engine/graph-oracle';
import { measureValues } from '../../src/engine/measure-values';
import type { OracleParts } from '../../src/engine/measuring-oracle';
import { channels, COUNT, graph, parts, set } from '../../src/engine/testing/energies';
import { pagcp } from '../../src/pruning/pagcp';
import { defaultSettings } from '../../src/pruning/recipe-defaults';
import type { Report } from '../../src/pruning/report';
import { createPruningSession } from '../../src/pruning/session';

/** What the test finds in the page. */
export interface OracleProbe {
  /** Makes a backend the current one; its name. */
  start(name: 'wasm' | 'webgpu'): Promise<string>;
  /** Runs the linear search on a small network with two heads. */
  prune(overlaps: boolean): Promise<PruningProbe>;
}

export interface PruningProbe {
  readonly report: Report;
  readonly milliseconds: number;
  /** Tensors on the backend, before the oracle was made and after it was disposed. */
  readonly tensors: readonly [number, number];
}

const probe: OracleProbe = {
  async start(name) {
    return (await startBackend(name, { wasmPaths: '/wasm/' })).name;
  },

  async prune(overlaps) {
    const before = memory().numTensors;
    const tasks = await departures();
    const oracle = createOracle({ ...parts, tasks, batchSize: 4, overlaps });
    const names = tasks.map(({ task }) => ({ name: task.spec.name }));
    const session = createPruningSession({ graph, channels, tasks: names, oracle, samples: COUNT });
    const begun = performance.now();
    const run = pagcp(session, {
      ...defaultSettings,
      search: 'linear',
      ratios: [0.25, 0.5, 0.75],
      delta: 0.5,
      lambda: 1,
    });
    let next = await run.next();
    while (!next.done) next = await run.next();
    const milliseconds = performance.now() - begun;
    oracle.dispose();
    await new Promise((resolve) => setTimeout(resolve, 200)); // A batch may be under way still.
    return { report: next.value.report, milliseconds, tensors: [before, memory().numTensors] };
  },
};

/** Tasks whose losses are the squared distances to what the unpruned network answers, and a little. */
async function departures(): Promise<OracleParts['tasks']> {
  const values = parts.tasks.flatMap((task) => task.values);
  const answers = await measureValues(graph, set, values, COUNT);
  return parts.tasks.map(({ task, values }, index) => ({
    values,
    task: {
      ...task,
      losses: ({ first, count, outputs: [output] }) => {
        const data = output?.data ?? new Float32Array();
        const size = data.length / count;
        const answer = answers[index]?.subarray(first * size) ?? [];
        const squares = data.map((value, at) => (value - (answer[at] ?? 0)) ** 2);
        return Float64Array.from({ length: count }, (_, sample) =>
          squares.subarray(sample * size, (sample + 1) * size).reduce((sum, square) => sum + square, 0.01),
        );
      },
    },
  }));
}

Object.assign(globalThis, { oracleProbe: probe });
