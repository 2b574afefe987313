import '../cli/quiet-console';
import { openShardThread } from '../cli/shard-link';
import { createShardedOracle } from '../src/engine/shards/sharded-oracle';
import { startWasm, wasmDirectory } from '../src/engine/testing/wasm';
import { openCases, type BenchCase } from './cases';
import { sessionOf, timeRun } from './run';
import { busiestSince, threadSeconds } from './thread-time';

/**
 * Whole runs with the calibration set split over 1 and 2 new threads, in turn, medians:
 *
 *     npx tsx bench/shards.ts [--repeats=5] [--shards=1,2] [part of a case's title] …
 */
async function main() {
  const args = process.argv.slice(2);
  const repeats = Number(option(args, 'repeats') ?? 5);
  const counts = (option(args, 'shards') ?? '1,2').split(',').map(Number);
  await startWasm();
  print(`${'case'.padEnd(24)} shards  start s   wall s  busiest thread s  times less (wall, thread)`);
  for (const each of await openCases(args.filter((arg) => !arg.startsWith('--')))) {
    const runs = new Map<number, Timing[]>(counts.map((shards) => [shards, []]));
    for (let repeat = 0; repeat < repeats; repeat++)
      for (const [shards, timings] of runs) timings.push(await time(each, shards));
    printCase(each.title, runs);
  }
}

interface Timing {
  readonly start: number;
  readonly wall: number;
  /** Processor time of the thread that worked most: what counts where other programs want the cores too. */
  readonly busiest: number;
}

async function time({ setup, settings }: BenchCase, shards: number): Promise<Timing> {
  const begun = performance.now();
  const oracle = await createShardedOracle(setup, {
    shards,
    backend: { name: 'wasm', wasmPaths: wasmDirectory() },
    open: () => openShardThread(),
  });
  const start = (performance.now() - begun) / 1000;
  const before = threadSeconds();
  const { seconds } = await timeRun(sessionOf(setup, oracle), settings);
  const busiest = busiestSince(before);
  oracle.dispose();
  return { start, wall: seconds, busiest };
}

function printCase(title: string, runs: ReadonlyMap<number, readonly Timing[]>) {
  const [reference] = [...runs.values()].map(medians);
  for (const [shards, timings] of runs) {
    const { start, wall, busiest } = medians(timings);
    const less = `${((reference?.wall ?? NaN) / wall).toFixed(2)}  ${((reference?.busiest ?? NaN) / busiest).toFixed(2)}`;
    const cells = [start, wall, busiest].map((seconds) => seconds.toFixed(2).padStart(9));
    print(`${title.padEnd(24)} ${String(shards).padStart(6)}${cells.join('')}           ${less}`);
  }
}

function medians(timings: readonly Timing[]): Timing {
  const of = (pick: (timing: Timing) => number) =>
    timings.map(pick).toSorted((a, b) => a - b)[Math.floor(timings.length / 2)] ?? NaN;
  return {
    start: of(({ start }) => start),
    wall: of(({ wall }) => wall),
    busiest: of(({ busiest }) => busiest),
  };
}

function option(args: readonly string[], name: string): string | undefined {
  return args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}

await main();
