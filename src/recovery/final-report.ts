import type { ChannelMap } from '../graph/channel-types';
import { removedChannels } from '../pruning/keep-lists';
import type { Report } from '../pruning/report';
import type { RoundsResult } from './rounds';

/**
 * `report.json` of what began as a run: the first round's, with the final network's figures and, in the original
 * numbering, what it lacks.
 */
export function finalReport(channels: ChannelMap, { network, rounds, runs, recovery }: RoundsResult): Report {
  const [first] = runs;
  if (!first) throw new Error('There was no round.');
  const last = rounds.filter(({ kept }) => kept).at(-1);
  const cut = channels.groups.filter(({ id }) => network.keep.has(id));
  return {
    ...first.report,
    final: last?.final ?? first.report.original,
    removed: Object.fromEntries(cut.map((group) => [group.id, removedChannels(group, network.keep)])),
    ...(recovery ? { recovery } : {}),
    ...(runs.length > 1 ? { rounds } : {}),
  };
}
