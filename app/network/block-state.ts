import type { GroupId } from '../../src/graph/channel-types';
import type { Prediction } from '../../src/pruning/predict';
import type { RunState } from '../../src/pruning/run-state';
import type { ModelSummary, NetworkBlock } from '../../workers/api';
import { stopReason } from '../charts/stop-sentence';
import { layerName, plural } from '../format/names';
import { formatMacs } from '../format/numbers';
import type { ChartTable } from '../charts/table';

/** What the drawing needs to know of a block at one moment. */
export interface BlockState {
  /** Channels that stay; `removedShare` of the block is hatched. */
  readonly kept: number;
  readonly removedShare: number;
  /** The removal is a prediction's. */
  readonly predicted: boolean;
  /** What a prediction would remove where a run's result is drawn; null where it is not told. */
  readonly predictedShare: number | null;
  readonly frozen: boolean;
  /** The block's group is being searched now. */
  readonly current: boolean;
  readonly stoppedBy: string | null;
}

type Model = Pick<ModelSummary, 'groups' | 'network'>;

/** States by block id. Where there is a run, a prediction stands beside it. */
export function blockStates(
  { groups, network }: Model,
  run: RunState,
  prediction: Prediction | null,
): ReadonlyMap<string, BlockState> {
  const sizes = new Map(groups.map(({ id, size }) => [id, size]));
  const frozen = new Set(groups.flatMap(({ id, frozen: why }) => (why === null ? [] : [id])));
  const steps = new Map(run.steps.map((step) => [step.group, step]));
  const predicted = prediction !== null && run.phase === 'empty';
  const kept = predicted ? prediction.final.kept : run.kept;
  return new Map(
    network.blocks.map((block) => {
      const removedBy = (keeping: Readonly<Record<GroupId, number>>) =>
        block.groups.reduce((sum, { group, channels }) => {
          const size = sizes.get(group) ?? 1;
          return sum + Math.round((channels * (size - (keeping[group] ?? size))) / size);
        }, 0);
      const removed = removedBy(kept);
      const beside = prediction !== null && !predicted ? removedBy(prediction.final.kept) : removed;
      const own = block.kind === 'layer' ? block.groups.flatMap(({ group }) => steps.get(group) ?? []) : [];
      const state: BlockState = {
        kept: block.channels - removed,
        removedShare: removed / Math.max(block.channels, 1),
        predicted: predicted && removed > 0,
        predictedShare: beside === removed ? null : beside / Math.max(block.channels, 1),
        frozen: block.groups.every(({ group }) => frozen.has(group)),
        current: own.some(({ report }) => report === null),
        stoppedBy: own.map((step) => stopReason(step).task).find((task) => task !== null) ?? null,
      };
      return [block.id, state];
    }),
  );
}

/** The group a block stands for: the first it makes channels of. */
export function blockGroup(block: NetworkBlock): GroupId | null {
  return block.groups[0]?.group ?? null;
}

/** A block in words: for its label and for the line below the drawing. */
export function describeBlock(block: NetworkBlock, state: BlockState, groups: Model['groups']): string {
  const group = groups.find(({ id }) => id === blockGroup(block));
  const kept =
    state.kept < block.channels
      ? `${state.kept} of ${block.channels} channels kept${state.predicted ? ' (predicted)' : ''}`
      : plural(block.channels, 'channel');
  return [
    `${block.name}, ${block.detail}`,
    kept,
    ...(block.macs > 0 ? [formatMacs(block.macs)] : []),
    ...(state.stoppedBy !== null ? [`stopped by ${state.stoppedBy}`] : []),
    ...(group && group.frozen !== null ? [`frozen: ${group.frozen}`] : []),
    ...(group && group.frozen === null ? [groupInWords(group)] : []),
  ].join(' · ');
}

function groupInWords({ id, producers }: Model['groups'][number]): string {
  const others = producers.length - 1;
  return others > 0
    ? `group of ${layerName(id)}, made by ${plural(producers.length, 'layer')}`
    : `group ${layerName(id)}`;
}

export function networkTable({ network }: Model, states: ReadonlyMap<string, BlockState>): ChartTable {
  const names = ['Block', 'Kind', 'Shape', 'Channels', 'Kept', 'Group', 'Stopped by'];
  return {
    columns: [...names.map((name) => ({ name })), { name: 'MACs', format: formatMacs }],
    rows: network.blocks.map((block) => {
      const state = states.get(block.id);
      return [
        block.name,
        block.detail,
        block.shape.join('×'),
        block.channels,
        state?.kept ?? block.channels,
        block.groups.map(({ group }) => layerName(group)).join(', '),
        state?.stoppedBy ?? null,
        block.macs,
      ];
    }),
  };
}
