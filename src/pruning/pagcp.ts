import type { ChannelGroup, GroupId, KeepLists } from '../graph/channel-types';
import type { Graph } from '../graph/graph';
import { recoveredProgress, withGraph, type CommitRecovery } from './commit-recovery';
import { buildReport, reportGroups } from './build-report';
import { requireUsableBaseline } from './drops';
import type { RunEvent } from './events';
import { finalModel } from './final-model';
import { withRemoved } from './keep-lists';
import { MeteredOracle } from './metered-oracle';
import { modelCost, modelFigures } from './measure';
import { groupOrder, prunableGroups, type GroupOrder } from './order';
import type { PagcpSettings } from './recipe';
import type { Report } from './report';
import { rankUnits } from './saliency';
import { solveSchedule, type Schedule } from './schedule';
import type { PruningSession } from './session';
import { requireRecoverable, requireUsableSettings } from './settings';
import { pruneGroup, unpruned, type FinishedStep } from './step';

export interface RunResult {
  readonly report: Report;
  /** What the final model keeps. */
  readonly keep: KeepLists;
  /** The session's graph, with other numbers in its params where the run recovered as it went. */
  readonly graph: Graph;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Applied after every commit; in `corrected` mode only. */
  readonly recovery?: CommitRecovery | undefined;
  /** The search ends with the first removal that leaves no more MACs than this. */
  readonly targetMacs?: number | undefined;
}

/**
 * Performance-Aware Global Channel Pruning (Ye et al. 2023, arXiv 2303.11923; DESIGN §4), in both modes. The run
 * pauses while it is not pulled and stops at `return()` or when `signal` aborts; it is deterministic for a session.
 * @throws ScheduleError when the thresholds make no schedule
 * @throws InputError when the settings or the unpruned model's losses cannot be used
 */
export async function* pagcp(
  inputs: PruningSession,
  settings: PagcpSettings,
  options: RunOptions = {},
): AsyncGenerator<RunEvent, RunResult> {
  try {
    return yield* runPagcp(inputs, settings, options);
  } finally {
    // The session's other runs start from the network as it was.
    if (options.recovery) await inputs.oracle.replaceParams([...inputs.graph.params.values()]);
  }
}

async function* runPagcp(
  inputs: PruningSession,
  settings: PagcpSettings,
  { signal, recovery, targetMacs = 0 }: RunOptions,
): AsyncGenerator<RunEvent, RunResult> {
  requireUsableSettings(settings);
  if (recovery) requireRecoverable(settings);
  const oracle = new MeteredOracle(inputs.oracle);
  let session: PruningSession = { ...inputs, oracle };
  const { channels, tasks } = session;
  const schedule = solveSchedule(settings, prunableGroups(channels.groups).length);

  const { order, gains } = probeOrder(session, settings, schedule);
  const ids = order.map(({ id }) => id);
  const original = await modelFigures(session, new Map(), { upcoming: ids, signal });
  requireUsableBaseline(original.losses, tasks);
  yield {
    kind: 'run-started',
    settings,
    ...schedule,
    tasks: tasks.map(({ name }) => name),
    groups: reportGroups(channels),
    original,
  };

  yield { kind: 'order-found', order: ids, gains };

  const setting = { settings, schedule, signal, targetMacs };
  const steps: FinishedStep[] = [];
  let progress = unpruned(original, session);
  let recoveryMacs = 0;
  for (const [index, group] of order.entries()) {
    const upcoming = ids.slice(index + 1);
    const step = yield* pruneGroup({ ...setting, session }, index, group, progress, upcoming);
    steps.push(step);
    const before = progress;
    progress = step.after;
    if (recovery && step.committed) {
      const recovered = await recovery.recover(session.graph, progress.keep, group.id);
      recoveryMacs += recovered.macs;
      session = await withGraph(session, recovered.graph);
      progress = await recoveredProgress(session, before, progress, { upcoming, signal });
      yield { kind: 'step-recovered', step: index, methods: recovery.methods, losses: progress.losses };
    }
    if (modelCost(session, progress.keep).macs <= targetMacs) break;
  }

  const { entered, filtered, scores, keep } = finalModel(session, settings, steps);
  yield { kind: 'filter-applied', entered: entered.map(({ group }) => group.id), filtered, scores };

  // What the filter leaves whole was made up for in other layers: those are recovered anew.
  if (recovery && filtered.length > 0) {
    const recovered = await recovery.recover(inputs.graph, keep, null);
    recoveryMacs += recovered.macs;
    session = await withGraph(session, recovered.graph);
  }
  const final = await modelFigures(session, keep, { signal });
  const tried = steps.reduce((sum, step) => sum + step.naiveMacs, original.macs);
  const isChecked = settings.mode === 'published' || filtered.length > 0;
  const naiveMacs = session.samples * (tried + (isChecked ? final.macs : 0));
  const report = buildReport({
    mode: settings.mode,
    schedule,
    order: ids,
    channels,
    steps: steps.map((step) => step.report),
    filtered,
    keep,
    original,
    final,
    work: {
      ...{ ...oracle.work, naiveMacs, seconds: oracle.seconds, backend: oracle.backend },
      ...(recovery ? { recoveryMacs } : {}),
    },
  });
  yield { kind: 'run-finished', report, kept: keptCounts(keep) };
  return { report, keep, graph: session.graph };
}

function keptCounts(keep: KeepLists): Record<GroupId, number> {
  return Object.fromEntries([...keep].map(([group, units]) => [group, units.length]));
}

function probeOrder(
  session: PruningSession,
  { saliency, probeRatio }: PagcpSettings,
  { lambda }: Schedule,
): GroupOrder {
  const whole: KeepLists = new Map();
  const { macs } = modelCost(session, whole);
  const macsSaved = (group: ChannelGroup, removed: number) =>
    macs -
    modelCost(session, withRemoved(whole, group, rankUnits(session, whole, group, saliency), removed)).macs;
  return groupOrder(session.channels.groups, macsSaved, { lambda, probeRatio });
}
