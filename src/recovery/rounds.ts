import type { Oracle } from '../engine/oracle';
import type { ChannelMap } from '../graph/channel-types';
import { analyseChannels } from '../graph/channels';
import type { Graph } from '../graph/graph';
import { pagcp, type RunResult } from '../pruning/pagcp';
import type { PagcpSettings } from '../pruning/recipe';
import { createPruningSession, type PruningSession } from '../pruning/session';
import type {
  NetworkMade,
  PruningEvent,
  RoundBegan,
  RoundEnded,
  RoundReport,
  RoundsEnd,
  RoundsEnded,
} from './events';
import type { ModelFigures } from '../pruning/report';
import { examine, modelFigures } from './figures';
import { inLoopMethods, inLoopRecovery } from './in-loop';
import { composeKeep, slicedNetwork, withSlicedParams, type Network } from './network';
import { recover, type RecoverEvent } from './recover';
import type { RecoveryReport, RecoveryMethod } from './events';
import type { RoundsSettings, RecoverSettings } from './settings';
import { madeNetwork, type RecoverOptions, type RecoverySession } from './session';

export interface PruneAndRecover extends RecoverySession {
  /** Globs over layers whose channels stay. */
  readonly exclude: readonly string[];
  /** An oracle over the calibration set for a network that a round begins with. */
  readonly makeOracle: (graph: Graph, channels: ChannelMap) => Promise<Oracle>;
}

export interface RoundsOptions extends RecoverOptions {
  /** Where the rounds begin; the unpruned network by default. */
  readonly start?: Network;
}

export type RoundsEvent = RecoverEvent | PruningEvent | RoundBegan | RoundEnded | NetworkMade | RoundsEnded;

export interface RoundsResult {
  readonly network: Network;
  readonly rounds: readonly RoundReport[];
  /** One a round; the last one's may have pruned nothing. */
  readonly runs: readonly RunResult[];
  readonly recovery: RecoveryReport | null;
}

/** One round by default: what `"recover"` without `"rounds"` asks for. */
const ONE_ROUND: RoundsSettings = { count: 1, macs: null, metricDrop: null, deltaSlope: 0, alphaSlope: 0 };

/**
 * Prunes, recovers, and prunes the recovered network again, until few enough MACs are left, a metric would fall too
 * far, nothing more is pruned, or the rounds are over. Each round measures its drops against the network that it
 * begins with; its thresholds follow the authors' code: δ + deltaSlope·r and 1+α + alphaSlope·r in round r from 0.
 * A round that breaks the floor for metrics is taken back, and those after it have half of their thresholds.
 *
 * @param settings null to prune alone
 */
export async function* pruneAndRecover(
  session: PruneAndRecover,
  method: PagcpSettings,
  settings: RecoverSettings | null,
  rounds: RoundsSettings = ONE_ROUND,
  options: RoundsOptions = {},
): AsyncGenerator<RoundsEvent, RoundsResult> {
  const { reference, original } = session;
  let network: Network = options.start ?? { graph: reference.original, keep: new Map() };
  let { macs } = modelFigures(reference.channels, network, { losses: {}, metrics: {} });
  const targetMacs = rounds.macs === null ? null : rounds.macs * original.macs;
  const reports: RoundReport[] = [];
  const runs: RunResult[] = [];
  let recovery: RecoveryReport | null = null;
  let end: RoundsEnd | null = null;
  /** Halved whenever a round cost a metric too much. */
  let boldness = 1;
  for (let round = 1; end === null; round++) {
    if (targetMacs !== null && macs <= targetMacs) end = 'macs-target';
    else if (round > rounds.count) end = reports.at(-1)?.kept === false ? 'metric-floor' : 'rounds';
    if (end !== null) break;
    const thresholds = roundSettings(method, rounds, round - 1, boldness);
    const { delta = null, alpha = null } = thresholds;
    yield { kind: 'round-began', round, rounds: rounds.count, delta, alpha, macs, targetMacs };
    const plan = { round, method: thresholds, recover: settings, rounds, targetMacs };
    const { run, outcome } = yield* pruneAndRecoverOnce(session, network, plan, options);
    runs.push(run);
    if (outcome) reports.push(outcome.report);
    if (!outcome) end = boldness < 1 ? 'metric-floor' : 'nothing-pruned';
    else if (!outcome.report.kept) boldness /= 2;
    else {
      network = outcome.network;
      macs = outcome.report.final.macs;
      recovery = outcome.report.recovery;
    }
  }
  if (rounds.count > 1 || end === 'metric-floor') {
    const message = endSentence(end, rounds, macs / original.macs);
    yield { kind: 'rounds-ended', rounds: reports, why: end, message };
  }
  return { network, rounds: reports, runs, recovery };
}

interface RoundPlan {
  /** Counted from 1. */
  readonly round: number;
  readonly method: PagcpSettings;
  readonly recover: RecoverSettings | null;
  readonly rounds: RoundsSettings;
  readonly targetMacs: number | null;
}

interface RoundOutcome {
  readonly run: RunResult;
  /** Null where nothing was pruned. */
  readonly outcome: { readonly network: Network; readonly report: RoundReport } | null;
}

async function* pruneAndRecoverOnce(
  session: PruneAndRecover,
  start: Network,
  plan: RoundPlan,
  options: RoundsOptions,
): AsyncGenerator<RecoverEvent | PruningEvent | RoundEnded, RoundOutcome> {
  const { round, rounds, recover: settings } = plan;
  const name = options.name ?? 'pruned';
  const own = { ...options, name: rounds.count > 1 ? `${name}, round ${round}` : name };
  const { network, run } = yield* pruneOnce(session, start, plan, options);
  if (run.keep.size === 0) return { run, outcome: null };
  const pruned = await figuresOf(session, network);
  const made = madeNetwork(`${own.name}: pruned`, 'pruned', pruned, null);
  options.onNetwork?.(made, network);
  yield { kind: 'network-made', network: made };
  const recovered = settings
    ? yield* recover(
        session,
        network,
        { ...settings, methods: methodsAfter(settings) },
        { ...own, inLoop: inLoopMethods(settings) },
      )
    : null;
  const recovery = recovered?.report ?? null;
  const final = recovery?.recovered ?? pruned;
  const { delta, lambda, alpha } = run.report;
  const kept = isAboveFloor(session, recovery, final, rounds.metricDrop);
  const report: RoundReport = {
    ...{ round, delta, lambda, alpha, pruned, recovery, final, kept },
    run: run.report,
  };
  yield { kind: 'round-ended', report };
  return { run, outcome: { network: recovered?.network ?? network, report } };
}

/**
 * Thresholds of a round counted from 0, as in the authors' code, which raises the initial rate and the bound.
 * @param boldness what they are multiplied by
 */
export function roundSettings(
  method: PagcpSettings,
  { deltaSlope, alphaSlope }: Pick<RoundsSettings, 'deltaSlope' | 'alphaSlope'>,
  round: number,
  boldness = 1,
): PagcpSettings {
  return {
    ...method,
    ...(method.delta === undefined ? {} : { delta: boldness * (method.delta + deltaSlope * round) }),
    ...(method.alpha === undefined ? {} : { alpha: boldness * (method.alpha + alphaSlope * round) }),
  };
}

/** Runs PAGCP on a network that may have been pruned before, and says what that leaves of the original. */
async function* pruneOnce(
  session: PruneAndRecover,
  start: Network,
  { method, recover: settings, targetMacs }: RoundPlan,
  { signal }: RoundsOptions,
): AsyncGenerator<PruningEvent, { readonly network: Network; readonly run: RunResult }> {
  const { reference, calibration, exclude } = session;
  const graph = slicedNetwork(reference, start);
  const channels = start.keep.size === 0 ? reference.channels : analyseChannels(graph, { exclude });
  const oracle = await session.makeOracle(graph, channels);
  try {
    const pruning: PruningSession = createPruningSession({
      graph,
      channels,
      oracle,
      tasks: calibration.tasks.map(({ task }) => task.spec),
      samples: calibration.set.count,
    });
    const run = pagcp(pruning, method, {
      ...(signal ? { signal } : {}),
      targetMacs: targetMacs ?? undefined,
      recovery: inLoopRecovery(reference, start, settings, signal),
    });
    for (;;) {
      const next = await run.next();
      if (!next.done) {
        yield { kind: 'pruning', event: next.value };
        continue;
      }
      const keep = composeKeep(reference.channels, start.keep, next.value.keep);
      const { graph: pruned } = withSlicedParams(reference, start, next.value.graph.params);
      return { network: { graph: pruned, keep }, run: next.value };
    }
  } finally {
    oracle.dispose();
  }
}

/** What is left to do after a run. */
function methodsAfter({ when, methods }: RecoverSettings): readonly RecoveryMethod[] {
  return when === 'after' ? methods : methods.filter((method) => method === 'fine-tune');
}

async function figuresOf(
  { reference: { channels }, calibration }: RecoverySession,
  network: Network,
): Promise<ModelFigures> {
  return modelFigures(channels, network, await examine(channels, network, calibration));
}

/**
 * Whether every metric is within `drop` of the unpruned network's: in its own units where higher is better, as a part
 * of it where lower is. On the validation set where there is one.
 */
export function isAboveFloor(
  { calibration, original }: Pick<RecoverySession, 'calibration' | 'original'>,
  recovery: RecoveryReport | null,
  final: ModelFigures,
  drop: number | null,
): boolean {
  if (drop === null) return true;
  const [before, after] = recovery?.validation
    ? [recovery.validation.original.metrics, recovery.validation.recovered.metrics]
    : [original.metrics, final.metrics];
  return calibration.tasks.every(({ task: { spec, metric } }) => {
    const [was, now] = [before[spec.name], after[spec.name]];
    if (!metric || was === undefined || now === undefined) return true;
    return metric.higherIsBetter ? now >= was - drop - ROUNDING : now <= was * (1 + drop) + ROUNDING;
  });
}

const ROUNDING = 1e-9;

function endSentence(end: RoundsEnd, { macs, metricDrop }: RoundsSettings, share: number): string {
  const left = `${(100 * share).toFixed(1)} % of the MACs are left`;
  switch (end) {
    case 'macs-target':
      return `The target of ${(100 * (macs ?? 0)).toFixed(0)} % of the MACs is reached: ${left}.`;
    case 'metric-floor':
      return `More would cost a metric over ${metricDrop ?? 0}, so it was taken back: ${left}.`;
    case 'nothing-pruned':
      return `The last round removed nothing; raise δ or α: ${left}.`;
    case 'rounds':
      return `All rounds are done: ${left}.`;
  }
}
