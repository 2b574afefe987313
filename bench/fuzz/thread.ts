import '../../cli/quiet-console';
import { parentPort, workerData } from 'node:worker_threads';
import { damagedFiles, fuzzers, survives } from '../../src/formats/testing/fuzz';
import type { Damage, Done, Failure } from './protocol';

/** Opens one damaged model after the other, and writes into `clock` which it is at. */
const { format, seed, first, count, clock } = workerData as Damage; // made by bench/fuzz.ts
const round = new Int32Array(clock);
let [accepted, slowest] = [0, 0];

const make = fuzzers[format];
if (!make) throw new Error(`There is no fuzzer for ${format}.`);
const fuzzer = await make();
for (let at = first; at < count; at++) {
  Atomics.store(round, 0, at);
  const files = damagedFiles(fuzzer, seed, at);
  const start = performance.now();
  try {
    if (await survives(files)) accepted++;
    if (Reflect.has({}, 'polluted')) throw new Error('the prototype of all objects was changed');
  } catch (error) {
    parentPort?.postMessage({ round: at, problem: problemOf(error) } satisfies Failure);
  }
  slowest = Math.max(slowest, performance.now() - start);
}
parentPort?.postMessage({ accepted, slowest } satisfies Done);

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, ...frames] = (error.stack ?? '').split('\n');
  const name = error.constructor.name === error.name ? error.name : `${error.constructor.name} ${error.name}`;
  return [`${name}: ${error.message.slice(0, 200)}`, ...frames.slice(0, 3)].join('\n');
}
