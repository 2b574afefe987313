import { createOracle } from '../src/engine/graph-oracle';
import type { GroupId } from '../src/graph/channel-types';
import type { PagcpSettings } from '../src/pruning/recipe';
import { openCases, type BenchCase } from './cases';
import { NaiveOracle } from './naive-oracle';
import { sessionOf, timeRun, type TimedRun } from './run';
import { geometricMean, median } from './statistics';
import { aim, print, table } from './table';

const ways = ['naive', 'linear', 'bracket'] as const;
type Way = (typeof ways)[number];

interface CaseResult {
  readonly title: string;
  readonly groups: number;
  readonly sameCommits: boolean;
  readonly macs: Readonly<Record<Way, number>>;
  readonly seconds: Readonly<Record<Way, number>>;
  readonly layers: readonly { readonly group: GroupId; readonly macs: Readonly<Record<Way, number>> }[];
}

/** Naive ÷ linear and naive ÷ bracket: multiply-accumulates and seconds, medians over the repetitions, by case and by layer. */
export async function benchStrategies(wanted: readonly string[], repetitions: number) {
  const results: CaseResult[] = [];
  for (const one of await openCases(wanted)) {
    const result = await measureCase(one, repetitions);
    results.push(result);
    printLayers(result);
  }
  print('');
  table(
    [
      'case',
      'groups',
      'commits',
      'linear: MACs',
      'time',
      'bracket: MACs',
      'time',
      'naive s',
      'linear s',
      'bracket s',
    ],
    results.map((result) => [
      result.title,
      String(result.groups),
      result.sameCommits ? 'same' : 'DIFFER',
      ...(['linear', 'bracket'] as const).flatMap((way) => [
        times(result.macs.naive / result.macs[way]),
        times(result.seconds.naive / result.seconds[way]),
      ]),
      ...ways.map((way) => result.seconds[way].toFixed(2)),
    ]),
  );
  const gain = (what: 'macs' | 'seconds', way: Way, of = results) =>
    geometricMean(of.map((result) => result[what].naive / result[what][way]));
  aim('linear, MACs, geometric mean', gain('macs', 'linear'), { atLeast: 3 });
  aim('linear, time, geometric mean', gain('seconds', 'linear'), { atLeast: 2 });
  aim('bracket, MACs, geometric mean', gain('macs', 'bracket'), { atLeast: 6 });
  aim('bracket, time, geometric mean', gain('seconds', 'bracket'), { atLeast: 4 });
  for (const result of results.filter(({ title }) => title.startsWith('demo')))
    aim(`bracket, MACs, ${result.title}`, gain('macs', 'bracket', [result]), { atLeast: 10 });
  return { results };
}

async function measureCase({ title, setup, settings }: BenchCase, repetitions: number): Promise<CaseResult> {
  const run = async (way: Way): Promise<TimedRun> => {
    const oracle = way === 'naive' ? new NaiveOracle(setup) : createOracle(setup);
    const own: PagcpSettings = { ...settings, search: way === 'bracket' ? 'bracket' : 'linear' };
    const timed = await timeRun(sessionOf(setup, oracle), own);
    oracle.dispose();
    return timed;
  };
  const runs: Record<Way, TimedRun[]> = { naive: [], linear: [], bracket: [] };
  for (let repetition = 0; repetition < repetitions; repetition += 1)
    for (const way of ways) runs[way].push(await run(way));

  const byWay = (value: (run: TimedRun) => number): Record<Way, number> => ({
    naive: median(runs.naive.map(value)),
    linear: median(runs.linear.map(value)),
    bracket: median(runs.bracket.map(value)),
  });
  const commits = ways.flatMap((way) =>
    runs[way].map(({ report }) =>
      JSON.stringify(report.steps.map(({ group, committed }) => [group, committed])),
    ),
  );
  const groups = runs.naive[0]?.layers.map(({ group }) => group) ?? [];
  return {
    title,
    groups: groups.length,
    sameCommits: new Set(commits).size === 1,
    macs: byWay(({ macs }) => macs),
    seconds: byWay(({ seconds }) => seconds),
    layers: groups.map((group, index) => ({ group, macs: byWay(({ layers }) => layers[index]?.macs ?? 0) })),
  };
}

function printLayers({ title, layers }: CaseResult) {
  print(`\n${title}`);
  table(
    ['layer', 'naive GMAC', 'linear', 'bracket'],
    layers.map(({ group, macs }) => [
      group,
      (macs.naive / 1e9).toFixed(2),
      times(macs.naive / macs.linear),
      times(macs.naive / macs.bracket),
    ]),
  );
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(ratio < 100 ? 2 : 0)}×` : '∞';
}
