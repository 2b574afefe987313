import { useMemo } from 'react';
import type { RunState } from '../../src/pruning/run-state';
import { significant } from '../format/numbers';
import { runAt } from './run-view';
import { savedRun } from './saved-run';
import { studio, useStudio } from './studio';

/** Keeps the run on show, so that the next ones stand beside it. */
export function compareWithShown(): void {
  studio.setState((state) => ({ compare: savedRun(state) }));
}

export const stopComparing = () => studio.setState({ compare: null });

/** The run to compare with, at its end. */
export function useComparedRun(): RunState | null {
  const compare = useStudio((state) => state.compare);
  return useMemo(() => (compare ? runAt(compare.events, compare.events.length) : null), [compare]);
}

/** What tells the compared run from others: its thresholds, and its mode. */
export function runInWords({ thresholds, settings }: RunState): string {
  if (!thresholds || !settings) return 'a run without a start';
  const { delta, lambda, alpha } = thresholds;
  return `δ ${significant(delta)}, λ ${significant(lambda, 4)}, α ${significant(alpha)}, ${settings.mode}`;
}
