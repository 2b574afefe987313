import { Worker } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import { fuzzers } from '../src/formats/testing/fuzz';
import type { Damage, Done, Failure } from './fuzz/protocol';

/**
 * Opens, prunes and writes damaged files:
 *
 *     npx tsx bench/fuzz.ts [format …] [--count 10000] [--seed 1] [--first 0]
 *
 * Every one must be read or refused with an InputError, within five seconds, and in at most 1.5 GB more than at the
 * beginning. Each format runs in a thread of its own, which is ended when it does not keep to that. Exit status 1 otherwise.
 */
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
  },
});

const LONGEST_MS = 5000;
const LOOK_EVERY_MS = 200;
const MOST_MEMORY = 1.5e9;
/** To load the code and make the first files. */
const STARTING_MS = 60_000;

const formats = positionals.length > 0 ? positionals : Object.keys(fuzzers);
for (const format of formats) await fuzz(format);

async function fuzz(format: string): Promise<void> {
  const [count, seed] = [Number(flags.count), Number(flags.seed)];
  const failures: Failure[] = [];
  let [accepted, slowest, first] = [0, 0, Number(flags.first)];
  while (first < count) {
    const clock = new SharedArrayBuffer(4);
    const end = await watched({ format, seed, first, count, clock }, (failure) => failures.push(failure));
    if ('problem' in end) {
      failures.push(end);
      first = end.round + 1;
    } else {
      accepted += end.accepted;
      slowest = Math.max(slowest, end.slowest);
      first = count;
    }
  }
  const kinds = new Map(failures.toReversed().map((failure) => [failure.problem, failure.round]));
  console.log(
    `${format}: ${count} files, ${accepted} read, ${kinds.size} kinds of failure; slowest ${Math.round(slowest)} ms`,
  );
  for (const [problem, round] of kinds) console.log(`  round ${round}: ${problem}`);
  if (failures.length > 0) process.exitCode = 1;
}

/** Runs rounds in a thread until all are done, or one must be ended: then what was the matter with it. */
function watched(damage: Damage, onFailure: (failure: Failure) => void): Promise<Done | Failure> {
  const round = new Int32Array(damage.clock);
  Atomics.store(round, 0, -1);
  const worker = new Worker(startScript(), { eval: true, execArgv: [], workerData: damage });
  const before = process.memoryUsage().rss;
  let seen = { round: -1, at: performance.now() };
  return new Promise((resolve, reject) => {
    const end = (outcome: Done | Failure) => {
      clearInterval(watch);
      void worker.terminate().then(() => resolve(outcome));
    };
    const fail = (problem: string) => {
      const now = Atomics.load(round, 0);
      if (now < 0) reject(new Error(problem));
      else end({ round: now, problem });
    };
    const watch = setInterval(() => {
      const now = performance.now();
      if (Atomics.load(round, 0) !== seen.round) seen = { round: Atomics.load(round, 0), at: now };
      if (now - seen.at > (seen.round < 0 ? STARTING_MS : LONGEST_MS)) fail(`took over ${LONGEST_MS} ms`);
      if (process.memoryUsage().rss - before > MOST_MEMORY) fail(`took over ${MOST_MEMORY / 1e9} GB`);
    }, LOOK_EVERY_MS);
    worker.on('message', (message: Done | Failure) =>
      'problem' in message ? onFailure(message) : end(message),
    );
    worker.once('error', (error: Error) => fail(`ended its thread: ${error.message}`));
  });
}

/** Threads do not inherit tsx, which lets Node run TypeScript. */
function startScript(): string {
  const tsx = import.meta.resolve('tsx/esm/api');
  const thread = new URL('./fuzz/thread.ts', import.meta.url).href;
  return `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(thread)});
  });`;
}
