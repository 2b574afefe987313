import { createStore, useStore } from 'zustand';
import type { GroupId } from '../../src/graph/channel-types';

/** The one selection shared by every view: hover previews, a click pins, Esc lets go. */
export interface Selection {
  readonly hovered: GroupId | null;
  readonly pinned: GroupId | null;
  readonly task: string | null;
  /** A sample of the calibration set. */
  readonly sample: number | null;
  /** A channel of the selected layer. */
  readonly channel: number;
}

export const selection = createStore<Selection>()(() => ({
  hovered: null,
  pinned: null,
  task: null,
  sample: null,
  channel: 0,
}));

export function useSelection<T>(select: (state: Selection) => T): T {
  return useStore(selection, select);
}

/** The group every view should emphasise. */
export function useSelectedGroup(): GroupId | null {
  return useSelection((state) => state.hovered ?? state.pinned);
}

export const hoverGroup = (group: GroupId | null) => selection.setState({ hovered: group });

export function pinGroup(group: GroupId): void {
  selection.setState((state) => ({ pinned: state.pinned === group ? null : group }));
}

export const pickTask = (task: string | null) => selection.setState({ task });

export function pickSample(sample: number): void {
  selection.setState((state) => ({ sample: state.sample === sample ? null : sample }));
}

export const pickChannel = (channel: number) => selection.setState({ channel });

export const letGo = () => selection.setState({ hovered: null, pinned: null, task: null, sample: null });
