import { createOracle } from '../src/engine/graph-oracle';
import { Random } from '../src/util/random';
import { measureProfile, type ProfileOptions } from '../src/pruning/measure-profile';
import { predictRun, type Prediction } from '../src/pruning/predict';
import type { SensitivityProfile } from '../src/pruning/profile';
import type { PagcpSettings } from '../src/pruning/recipe';
import type { Report } from '../src/pruning/report';
import { solveSchedule } from '../src/pruning/schedule';
import type { PruningSession } from '../src/pruning/session';
import { openCases, type BenchCase } from './cases';
import { sessionOf, timeRun } from './run';
import { median } from './statistics';
import { aim, print } from './table';

interface Rerun {
  /** Multiply-accumulates over those of the cold run before the move. */
  readonly share: number;
  readonly sameCommits: boolean;
}

/**
 * Exact re-runs after α or λ moved by 10 %, and whether each commits what a cold run with the new thresholds commits.
 * @param moves in all, dealt out to the cases in turn
 */
export async function benchReruns(wanted: readonly string[], moves: number) {
  const results = [];
  for (const search of ['linear', 'bracket'] as const) {
    const pooled: number[] = [];
    const cases = await openCases(wanted);
    for (const [index, one] of cases.entries()) {
      const own = Math.ceil((moves - index) / cases.length);
      if (own < 1) break;
      const reruns = await rerunsOf(one, search, own, Random.of(7, index));
      const shares = reruns.map(({ share }) => share);
      const same = reruns.filter(({ sameCommits }) => sameCommits).length;
      results.push({ title: one.title, search, median: median(shares), shares, same });
      pooled.push(...shares);
      print(
        `re-run, ${one.title}, ${search}: ${percent(median(shares))} of a cold run's MACs, ` +
          `${same} of ${reruns.length} commit the same`,
      );
    }
    aim(`re-runs, ${search}, median of all moves`, median(pooled), { atMost: 0.4 });
  }
  return results;
}

async function rerunsOf(
  one: BenchCase,
  search: PagcpSettings['search'],
  moves: number,
  random: Random,
): Promise<Rerun[]> {
  const { setup } = one;
  const settings = { ...one.settings, search };
  const reruns: Rerun[] = [];
  for (let move = 0; move < moves; move += 1) {
    const moved = { ...withoutThresholds(settings), ...movedThresholds(one, random) };
    const oracle = createOracle(setup);
    const session = sessionOf(setup, oracle);
    const cold = await timeRun(session, settings);
    const again = await timeRun(session, moved);
    oracle.dispose();
    const other = createOracle(setup);
    const fresh = await timeRun(sessionOf(setup, other), moved);
    other.dispose();
    reruns.push({
      share: again.macs / cold.macs,
      sameCommits: commitsOf(again.report) === commitsOf(fresh.report),
    });
  }
  return reruns;
}

/** α or λ, up or down, with δ as it was. */
function movedThresholds({ setup, settings }: BenchCase, random: Random) {
  const groups = setup.channels.groups.filter(({ frozen }) => frozen === null).length;
  const { delta, lambda, alpha } = solveSchedule(settings, groups);
  const factor = random.uniform() < 0.5 ? 0.9 : 1.1;
  return random.uniform() < 0.5 ? { delta, alpha: alpha * factor } : { delta, lambda: lambda * factor };
}

function commitsOf({ steps }: Report): string {
  return JSON.stringify(steps.map(({ group, committed }) => [group, committed]));
}

/** A sensitivity profile's multiply-accumulates over those of a cold linear run, and how far its prediction is from that run. */
export async function benchProfiles(wanted: readonly string[]) {
  const results = [];
  for (const { title, setup, settings } of await openCases(wanted)) {
    const oracle = createOracle(setup);
    const linear = await timeRun(sessionOf(setup, oracle), { ...settings, search: 'linear' });
    oracle.dispose();
    const measured = [];
    for (const portion of [undefined, 1]) {
      const other = createOracle(setup);
      const session = sessionOf(setup, other);
      const profile = await profileOf(session, { ...settings, ...(portion ? { portion } : {}) });
      const { tasks, cost } = session;
      const predicted = predictRun({ profile, groups: setup.channels.groups, cost, tasks, settings });
      measured.push({ ratio: other.work.macs / linear.macs, error: ratioError(predicted, linear.report) });
      other.dispose();
    }
    const [sampled, whole] = measured;
    if (!sampled || !whole) continue;
    results.push({ title, sampled, whole });
    aim(`profile, ${title}, of a cold linear run's MACs`, sampled.ratio, { atMost: 1.5 });
    print(
      `  predicted ratios are ${sampled.error.toFixed(3)} off on average; ` +
        `${whole.error.toFixed(3)} with a profile of the whole set, which takes ${whole.ratio.toFixed(1)}`,
    );
  }
  return results;
}

async function profileOf(session: PruningSession, options: ProfileOptions): Promise<SensitivityProfile> {
  const measuring = measureProfile(session, options);
  for (;;) {
    const { value, done } = await measuring.next();
    if (done) return value;
  }
}

/** The mean difference of committed ratios, over the groups. */
function ratioError(predicted: Prediction, { steps }: Report): number {
  const ratios = new Map(predicted.steps.map(({ group, committed }) => [group, committed?.ratio ?? 0]));
  const errors = steps.map(({ group, committed }) =>
    Math.abs((ratios.get(group) ?? 0) - (committed?.ratio ?? 0)),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

function withoutThresholds({ alpha: _, lambda: __, delta: ___, ...rest }: PagcpSettings): PagcpSettings {
  return rest;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
