import { beforeAll, expect, it } from 'vitest';
import { createOracle } from '../src/engine/graph-oracle';
import { createShardedOracle } from '../src/engine/shards/sharded-oracle';
import type { ShardLink } from '../src/engine/shards/protocol';
import { twoTasks } from '../src/engine/shards/testing/two-tasks';
import { startWasm, wasmDirectory } from '../src/engine/testing/wasm';
import { pagcp } from '../src/pruning/pagcp';
import { defaultSettings } from '../src/pruning/recipe-defaults';
import { createPruningSession } from '../src/pruning/session';
import { openShardThread } from './shard-link';

let parts: Awaited<ReturnType<typeof twoTasks>>;
beforeAll(async () => {
  await startWasm();
  parts = await twoTasks();
});

/** An oracle over two threads, with the threads, and a promise of their end. */
async function overThreads() {
  const threads: ShardLink[] = [];
  const exits: Promise<void>[] = [];
  const open = () => {
    let exited: () => void = () => undefined;
    exits.push(new Promise((resolve) => (exited = resolve)));
    const thread = openShardThread(() => exited());
    threads.push(thread);
    return thread;
  };
  const backend = { name: 'wasm', wasmPaths: wasmDirectory() } as const;
  const oracle = await createShardedOracle(parts, { shards: 2, backend, open });
  return { oracle, threads, ended: Promise.all(exits) };
}

it('threads measure what this one measures, and end with the oracle', async () => {
  const { oracle, ended } = await overThreads();
  const whole = createOracle(parts);
  const [split, expected] = [await oracle.evaluate(new Map()), await whole.evaluate(new Map())];
  for (const [task, loss] of Object.entries(expected.losses))
    expect(Math.abs((split.losses[task] ?? NaN) / loss - 1)).toBeLessThan(1e-6);
  whole.dispose();
  oracle.dispose();
  expect(await ended).toHaveLength(2);
});

it('a thread that dies fails the run and takes the others along', async () => {
  const { oracle, threads, ended } = await overThreads();
  const { graph, channels, set, tasks } = parts;
  const session = createPruningSession({
    graph,
    channels,
    oracle,
    samples: set.count,
    tasks: tasks.map(({ task }) => task.spec),
  });
  const run = pagcp(session, { ...defaultSettings, delta: 0.1, lambda: 1 });
  expect((await run.next()).value).toMatchObject({ kind: 'run-started' });
  threads[1]?.close();
  const rest = (async () => {
    for await (const event of run) expect(event.kind).not.toBe('run-finished');
  })();
  await expect(rest).rejects.toThrow('A worker thread ended by itself');
  oracle.dispose();
  expect(await ended).toHaveLength(2);
});
