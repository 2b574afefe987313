import { parseArgs } from 'node:util';
import { random } from '../src/formats/onnx/testing/agreement';
import { architectures } from '../src/formats/onnx/testing/architectures';
import { damagedModel } from '../src/formats/onnx/testing/damage';
import { branching, calling } from '../src/formats/onnx/testing/inlined';
import { patterns } from '../src/formats/onnx/testing/patterns';
import { survives } from '../src/formats/onnx/testing/survive';
import { tinyModel } from '../src/formats/onnx/testing/tiny';
import { pick } from '../src/formats/testing/damage';
import { goldenBytes } from '../src/testing/golden';

/**
 * Opens, prunes and writes damaged ONNX files:
 *
 *     npx tsx bench/fuzz.ts [--count 10000] [--seed 1]
 *
 * Every one must be read or refused with an InputError, within five seconds. Exit status 1 otherwise.
 */
const { values: flags } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});

const LONGEST_MS = 5000;
const models = [...Object.values(patterns), ...Object.values(architectures), branching, calling];
const whole = [...models.map(tinyModel), goldenBytes('vggmulti', 'model.onnx')];
const [count, seed] = [Number(flags.count), Number(flags.seed)];
const failures = new Map<string, number>();
let [accepted, slowest, memory] = [0, 0, 0];
for (let round = 0; round < count; round++) {
  const next = random(seed * 1_000_003 + round);
  for (let i = 0; i < 3; i++) next();
  const file = damagedModel(pick(whole, next), next);
  const start = performance.now();
  try {
    if (survives(file)) accepted++;
  } catch (error) {
    report(
      error instanceof Error
        ? (error.stack ?? error.message).split('\n').slice(0, 4).join('\n')
        : String(error),
      round,
    );
  }
  const elapsed = performance.now() - start;
  slowest = Math.max(slowest, elapsed);
  if (elapsed > LONGEST_MS) report(`took ${Math.round(elapsed)} ms`, round);
  memory = Math.max(memory, process.memoryUsage().rss);
}
const megabytes = Math.round(memory / 2 ** 20);
console.log(
  `${count} files: ${accepted} read, ${failures.size} kinds of failure; slowest ${Math.round(slowest)} ms, at most ${megabytes} MB`,
);
if (failures.size > 0) process.exitCode = 1;

function report(problem: string, round: number): void {
  const seen = failures.get(problem) ?? 0;
  failures.set(problem, seen + 1);
  if (seen === 0) console.log(`round ${round}: ${problem}`);
}
