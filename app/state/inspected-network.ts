import { createStore, useStore } from 'zustand';
import { useStudio } from './studio';

/** The network that predictions and filters show: of the session's by its id, or null for that of the moment on show. */
const inspected = createStore<{ readonly id: string | null }>()(() => ({ id: null }));

export const inspectNetwork = (id: string | null) => inspected.setState({ id });

/** Null too when the chosen one is no longer there. */
export function useInspectedNetwork(): string | null {
  const id = useStore(inspected, (state) => state.id);
  const there = useStudio(({ recovery }) => recovery.networks.some((network) => network.id === id));
  return there ? id : null;
}
