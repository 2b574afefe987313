import { createStore, useStore } from 'zustand';
import type { GroupId } from '../../src/graph/channel-types';

/** The one selection shared by every view: hover previews, a click pins, Esc lets go. */
export interface Selection {
  readonly hovered: GroupId | null;
  readonly pinned: GroupId | null;
  readonly task: string | null;
}

export const selection = createStore<Selection>()(() => ({ hovered: null, pinned: null, task: null }));

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

export const letGo = () => selection.setState({ hovered: null, pinned: null, task: null });
