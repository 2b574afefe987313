import type { Oracle } from '../src/engine/oracle';
import type { GroupId, KeepLists } from '../src/graph/channel-types';
import { pagcp } from '../src/pruning/pagcp';
import type { PagcpSettings } from '../src/pruning/recipe';
import type { Report } from '../src/pruning/report';
import { createPruningSession, type PruningSession } from '../src/pruning/session';
import type { Setup } from '../src/session/setup';

export interface LayerWork {
  readonly group: GroupId;
  readonly macs: number;
  readonly seconds: number;
}

export interface TimedRun {
  readonly report: Report;
  readonly keep: KeepLists;
  readonly macs: number;
  readonly seconds: number;
  /** What each step took; the baseline and the final check are `rest`. */
  readonly layers: readonly LayerWork[];
}

export function sessionOf(setup: Setup, oracle: Oracle): PruningSession {
  const { graph, channels, set } = setup;
  const tasks = setup.tasks.map(({ task }) => task.spec);
  return createPruningSession({ graph, channels, tasks, oracle, samples: set.count });
}

/** A whole run; the work of each step is what the oracle did between the step's first and last event. */
export async function timeRun(
  session: PruningSession,
  settings: PagcpSettings,
  onEvent: () => void = () => undefined,
): Promise<TimedRun> {
  const { oracle } = session;
  const begun = performance.now();
  const macsBefore = oracle.work.macs;
  const layers: LayerWork[] = [];
  let mark = { macs: 0, at: 0 };
  const run = pagcp(session, settings);
  for (;;) {
    const { value, done } = await run.next();
    onEvent();
    const now = { macs: oracle.work.macs, at: performance.now() };
    if (done) {
      const seconds = (now.at - begun) / 1000;
      return { ...value, macs: now.macs - macsBefore, seconds, layers };
    }
    if (value.kind === 'step-began') mark = now;
    if (value.kind === 'step-ended') {
      const { group } = value.report;
      layers.push({ group, macs: now.macs - mark.macs, seconds: (now.at - mark.at) / 1000 });
    }
  }
}
