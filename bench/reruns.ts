import { createOracle } from '../src/engine/graph-oracle';
import { measureProfile } from '../src/pruning/measure-profile';
import { solveSchedule } from '../src/pruning/schedule';
import type { PagcpSettings } from '../src/pruning/recipe';
import { openCases, type BenchCase } from './cases';
import { sessionOf, timeRun } from './run';
import { median } from './statistics';
import { print } from './table';

/** Exact re-runs after α or λ moved by 10 %, as a share of the cold run's multiply-accumulates. */
export async function benchReruns(wanted: readonly string[], moves: number) {
  const results = [];
  for (const one of await openCases(wanted)) {
    for (const search of ['linear', 'bracket'] as const) {
      const shares = await rerunShares(one, search, moves);
      results.push({ title: one.title, search, median: median(shares), shares });
      print(
        `re-run, ${one.title}, ${search}: ${percent(median(shares))} of a cold run's MACs (${moves} moves)`,
      );
    }
  }
  return results;
}

async function rerunShares({ setup, settings }: BenchCase, search: PagcpSettings['search'], moves: number) {
  const groups = setup.channels.groups.filter(({ frozen }) => frozen === null).length;
  const { delta, lambda, alpha } = solveSchedule(settings, groups);
  const random = generator(7);
  const shares: number[] = [];
  for (let move = 0; move < moves; move += 1) {
    const oracle = createOracle(setup);
    const session = sessionOf(setup, oracle);
    const cold = await timeRun(session, { ...settings, search });
    const factor = random() < 0.5 ? 0.9 : 1.1;
    const moved = random() < 0.5 ? { delta, alpha: alpha * factor } : { delta, lambda: lambda * factor };
    const again = await timeRun(session, { ...withoutThresholds(settings), ...moved, search });
    shares.push(again.macs / cold.macs);
    oracle.dispose();
  }
  return shares;
}

function withoutThresholds(settings: PagcpSettings): PagcpSettings {
  const { name, mode, topK, saliency, ratios, probeRatio, search } = settings;
  return { name, mode, topK, saliency, ratios, probeRatio, search };
}

/** A sensitivity profile's multiply-accumulates over those of a cold linear run. */
export async function benchProfiles(wanted: readonly string[]) {
  const results = [];
  for (const { title, setup, settings } of await openCases(wanted)) {
    const oracle = createOracle(setup);
    const { macs } = await timeRun(sessionOf(setup, oracle), { ...settings, search: 'linear' });
    oracle.dispose();
    const other = createOracle(setup);
    const measuring = measureProfile(sessionOf(setup, other), settings);
    while (!(await measuring.next()).done);
    const ratio = other.work.macs / macs;
    other.dispose();
    results.push({ title, ratio });
    print(`profile, ${title}: ${ratio.toFixed(2)} of a cold linear run's MACs`);
  }
  return results;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** Lehmer's generator: the same moves each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
