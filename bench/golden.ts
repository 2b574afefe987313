import '../cli/quiet-console';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSession, runMethod } from '../cli/run';
import type { Report } from '../src/pruning/report';
import { parseRecipe } from '../src/pruning/recipe-parse';
import type { GoldenRun } from '../src/testing/golden';
import { compareGolden, type Comparison } from './compare-golden';

/**
 * Runs golden cases through the code of the CLI and prints how far they agree.
 *
 *     npx tsx bench/golden.ts [--brief] [folder | part of a run's name] …
 */
async function main() {
  const args = process.argv.slice(2);
  const brief = args.includes('--brief');
  const given = args.filter((arg) => !arg.startsWith('--'));
  const folders = given.filter((arg) => arg.includes('/'));
  const names = given.filter((arg) => !arg.includes('/'));
  const cases = (folders.length > 0 ? folders : bundled()).flatMap(runsIn);
  const wanted = cases.filter(
    ({ title }) => names.length === 0 || names.some((name) => title.includes(name)),
  );
  let wrong = 0;
  for (const { folder, file, title } of wanted) {
    const golden = JSON.parse(readFileSync(join(folder, file), 'utf8')) as GoldenRun;
    const report = await runCase(folder, golden);
    const comparisons = compareGolden(report, golden);
    const failed = comparisons.filter(({ agree, of }) => agree < of);
    wrong += failed.length > 0 ? 1 : 0;
    const { evaluations, seconds, macs, naiveMacs } = report.work;
    const verdict = failed.length === 0 ? 'agrees' : 'DIFFERS';
    const work = `${evaluations} evaluations, ${seconds.toFixed(1)} s, ${((100 * macs) / naiveMacs).toFixed(0)} % of the naive MACs`;
    print(`${title}: ${verdict} (${work})`);
    printTable(brief ? failed : comparisons);
  }
  print(`${wanted.length - wrong} of ${wanted.length} runs agree`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

function bundled(): string[] {
  const golden = fileURLToPath(new URL('../src/testing/golden/', import.meta.url));
  return ['vggmulti', 'resmulti', 'mobilecenter'].map((name) => join(golden, name));
}

function runsIn(folder: string) {
  const files = readdirSync(folder).filter((file) => file.startsWith('run-'));
  return files.sort().map((file) => ({ folder, file, title: `${basename(folder)}/${file}` }));
}

async function runCase(folder: string, { mode, delta, alpha, topk }: GoldenRun): Promise<Report> {
  const recipePath = join(folder, 'recipe.json');
  const text = JSON.stringify({
    model: 'model.onnx',
    calibration: { file: 'calibration.npz', input: 'x', scale: 1 / 255 },
    tasks: JSON.parse(readFileSync(join(folder, 'tasks.json'), 'utf8')) as unknown,
    method: { name: 'pagcp', mode, delta, alpha, topK: topk },
  });
  const { recipe } = parseRecipe(text, recipePath);
  const session = await openSession(recipePath, recipe, 'wasm');
  try {
    return (await runMethod(session, recipe.method, () => undefined)).report;
  } finally {
    session.dispose();
  }
}

function printTable(comparisons: readonly Comparison[]) {
  for (const { aspect, agree, of, remark } of comparisons) {
    const mark = agree === of ? ' ' : '✗';
    print(`  ${mark} ${aspect.padEnd(15)} ${`${agree}/${of}`.padStart(9)}  ${remark.slice(0, 160)}`);
  }
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}

await main();
