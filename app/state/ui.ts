import { createStore, useStore } from 'zustand';
import { neighbouringView, type ViewId } from '../views/views';

export interface Question {
  readonly text: string;
  readonly agree: string;
  /** What is done otherwise; Esc means this. */
  readonly decline: string;
  readonly answer: (agreed: boolean) => void;
}

/** What is open on screen; nothing of it belongs to a run. */
export interface UiState {
  readonly help: boolean;
  /** On narrow screens the rails are tabs beside the charts. */
  readonly tab: 'setup' | 'charts' | 'thresholds';
  /** Of the views below the main charts, the one on show. */
  readonly view: ViewId;
  readonly theme: 'system' | 'light' | 'dark';
  /** Something to be agreed to before it is done. */
  readonly question: Question | null;
  /** What was just done, where nothing else shows it. */
  readonly said: string;
}

export const ui = createStore<UiState>()(() => ({
  help: false,
  tab: 'charts',
  view: 'layers',
  theme: storedTheme(),
  question: null,
  said: '',
}));

export function useUi<T>(select: (state: UiState) => T): T {
  return useStore(ui, select);
}

export function setTheme(theme: UiState['theme']): void {
  ui.setState({ theme });
  applyTheme(theme);
  try {
    localStorage.setItem('pagcp-studio-theme', theme);
  } catch {
    // Without storage the choice lives as long as the page.
  }
}

export function applyTheme(theme: UiState['theme']): void {
  document.documentElement.style.colorScheme = theme === 'system' ? '' : theme;
}

function storedTheme(): UiState['theme'] {
  try {
    const stored = localStorage.getItem('pagcp-studio-theme');
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Shows a sentence for a few seconds. */
export function say(said: string): void {
  ui.setState({ said });
  setTimeout(() => ui.setState((state) => (state.said === said ? { said: '' } : {})), 4000);
}

export const setTab = (tab: UiState['tab']) => ui.setState({ tab });

/** Shows a view and brings it into sight. */
export function showView(view: ViewId): void {
  ui.setState({ view, tab: 'charts' });
  document.getElementById(`tab-${view}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  document.getElementById('view')?.scrollIntoView({ block: 'nearest' });
}

export const showNeighbouringView = (by: -1 | 1) => showView(neighbouringView(ui.getState().view, by));
