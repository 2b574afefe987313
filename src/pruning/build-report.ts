import type { ChannelMap, GroupId, KeepLists } from '../graph/channel-types';
import { removedChannels } from './keep-lists';
import type { BoundCheck, ModelFigures, Report, ReportGroup, StepReport } from './report';
import type { Mode } from './recipe';
import type { Schedule } from './schedule';

export interface ReportParts {
  readonly mode: Mode;
  readonly schedule: Schedule;
  readonly order: readonly GroupId[];
  readonly channels: ChannelMap;
  readonly steps: readonly StepReport[];
  readonly filtered: readonly GroupId[];
  /** What the final model keeps. */
  readonly keep: KeepLists;
  readonly original: ModelFigures;
  readonly final: ModelFigures;
  readonly work: Report['work'];
}

export function buildReport(parts: ReportParts): Report {
  const { mode, schedule, channels, original, final } = parts;
  return {
    version: 1,
    lambda: schedule.lambda,
    delta: schedule.delta,
    alpha: schedule.alpha,
    order: parts.order,
    groups: reportGroups(channels),
    baseline: original.losses,
    steps: parts.steps,
    filtered: parts.filtered,
    original,
    final,
    removed: removedByGroup(channels, parts.keep),
    check: mode === 'corrected' ? checkBounds(original, final, schedule.alpha) : null,
    work: parts.work,
  };
}

export function reportGroups({ groups }: ChannelMap): ReportGroup[] {
  return groups.map(({ id, size, producers, consumers, frozen }) => ({
    id,
    size,
    producers: producers.map(({ name }) => name),
    consumers: consumers.map(({ name }) => name),
    frozen,
  }));
}

function removedByGroup({ groups }: ChannelMap, keep: KeepLists): Record<GroupId, number[]> {
  const cut = groups.filter(({ id }) => keep.has(id));
  return Object.fromEntries(cut.map((group) => [group.id, removedChannels(group, keep)]));
}

/** Each task's loss on the final model over that of the unpruned one, against 1+α. */
function checkBounds(original: ModelFigures, final: ModelFigures, alpha: number): BoundCheck[] {
  const bound = 1 + alpha;
  return Object.entries(original.losses).map(([task, loss]) => {
    const relativeLoss = (final.losses[task] ?? NaN) / loss;
    return { task, relativeLoss, bound, within: relativeLoss <= bound };
  });
}
