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
import { inLoopRecovery } from './in-loop';
import { composeKeep, slicedNetwork, withSlicedParams, type Network } from './network';
import { recover, type RecoverEvent } from './recover';
import type { RecoveryReport, Remedy, RecoveryMethod } from './events';
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
  /** Of the first round: how the unpruned network was pruned. */
  readonly runs: readonly RunResult[];
  readonly recovery: RecoveryReport | null;
}

/** One round by default: what `"recover"` without `"rounds"` asks for. */
const ONE_ROUND: RoundsSettings = { count: 1, macs: null, metricDrop: null, deltaSlope: 0, alphaSlope: 0 };

/**
 * Prunes, recovers, and prunes the recovered network again, until few enough MACs are left, a metric would fall too
 * far, nothing more is pruned, or the rounds are over. Each round measures its drops against the network that it
 * begins with; its thresholds follow the authors' code: δ + deltaSlope·r and 1+α + alphaSlope·r in round r from 0.
 * A round that breaks the floor for metrics is taken back.
 *
 * @param recovery null to prune alone
 */
export async function* pruneAndRecover(
  session: PruneAndRecover,
  method: PagcpSettings,
  recovery: RecoverSettings | null,
  rounds: RoundsSettings = ONE_ROUND,
  options: RoundsOptions = {},
): AsyncGenerator<RoundsEvent, RoundsResult> {
  const { reference, original } = session;
  let network: Network = options.start ?? { graph: reference.original, keep: new Map() };
  let macs = modelFigures(reference.channels, network, { losses: {}, metrics: {} }).macs;
  const reports: RoundReport[] = [];
  const runs: RunResult[] = [];
  const targetMacs = rounds.macs === null ? null : rounds.macs * original.macs;
  let end: RoundsEnd = 'rounds';
  let last: RecoveryReport | null = null;
  for (let round = 1; round <= rounds.count; round++) {
    if (targetMacs !== null && macs <= targetMacs) {
      end = 'macs-target';
      break;
    }
    const settings = roundSettings(method, rounds, round - 1);
    const { delta = null, alpha = null } = settings;
    yield { kind: 'round-began', round, rounds: rounds.count, delta, alpha, macs, targetMacs };
    const name =
      rounds.count > 1 ? `${options.name ?? 'rounds'}, round ${round}` : (options.name ?? 'pruned');
    const pruned = yield* pruneOnce(session, network, settings, recovery, targetMacs, options);
    runs.push(pruned.run);
    if (pruned.run.keep.size === 0) {
      end = 'nothing-pruned';
      break;
    }
    const figures = await figuresOf(session, pruned.network);
    const made = madeNetwork(`${name}: pruned`, 'pruned', figures, null);
    options.onNetwork?.(made, pruned.network);
    yield { kind: 'network-made', network: made };
    const methods = recovery ? methodsAfter(recovery) : [];
    const recovered = recovery
      ? yield* recover(
          session,
          pruned.network,
          { ...recovery, methods },
          {
            ...options,
            name,
            inLoop: inLoopMethods(recovery),
          },
        )
      : null;
    const now = recovered?.network ?? pruned.network;
    const final = recovered?.report.recovered ?? figures;
    const kept = isAboveFloor(session, recovered?.report ?? null, final, rounds.metricDrop);
    const { delta: d, lambda, alpha: a } = pruned.run.report;
    const report: RoundReport = {
      ...{ round, delta: d, lambda, alpha: a, run: pruned.run.report, pruned: figures },
      ...{ recovery: recovered?.report ?? null, final, kept },
    };
    reports.push(report);
    yield { kind: 'round-ended', report };
    if (!kept) {
      end = 'metric-floor';
      break;
    }
    network = now;
    macs = final.macs;
    last = recovered?.report ?? null;
    if (targetMacs !== null && macs <= targetMacs) {
      end = 'macs-target';
      break;
    }
  }
  if (rounds.count > 1 || reports.some(({ kept }) => !kept))
    yield {
      kind: 'rounds-ended',
      rounds: reports,
      why: end,
      message: endSentence(end, rounds, macs / original.macs),
    };
  return { network, rounds: reports, runs, recovery: last };
}

/** Thresholds of a round counted from 0, as in the authors' code, which raises the initial rate and the bound. */
export function roundSettings(
  method: PagcpSettings,
  { deltaSlope, alphaSlope }: Pick<RoundsSettings, 'deltaSlope' | 'alphaSlope'>,
  round: number,
): PagcpSettings {
  return {
    ...method,
    ...(method.delta === undefined ? {} : { delta: method.delta + deltaSlope * round }),
    ...(method.alpha === undefined ? {} : { alpha: method.alpha + alphaSlope * round }),
  };
}

/** Runs PAGCP on a network that may have been pruned before, and says what that leaves of the original. */
async function* pruneOnce(
  session: PruneAndRecover,
  start: Network,
  method: PagcpSettings,
  recovery: RecoverSettings | null,
  targetMacs: number | null,
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
    const remedies = recovery ? inLoopMethods(recovery) : [];
    const run = pagcp(pruning, method, {
      ...(signal ? { signal } : {}),
      targetMacs: targetMacs ?? undefined,
      recovery: remedies.length > 0 ? inLoopRecovery(reference, start, remedies, signal) : undefined,
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

function inLoopMethods({ when, methods }: RecoverSettings): readonly Remedy[] {
  return when === 'each-commit' ? methods.filter(isRemedy) : [];
}

function isRemedy(method: RecoveryMethod): method is Remedy {
  return method !== 'fine-tune';
}

/** What is left to do after a run. */
function methodsAfter({ when, methods }: RecoverSettings): readonly RecoveryMethod[] {
  return when === 'after' ? methods : methods.filter((method) => !isRemedy(method));
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
      return `The last round cost a metric more than ${metricDrop ?? 0} and was taken back: ${left}.`;
    case 'nothing-pruned':
      return `The last round removed nothing; raise δ or α: ${left}.`;
    case 'rounds':
      return `All rounds are done: ${left}.`;
  }
}
