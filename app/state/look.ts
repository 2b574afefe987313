import { createStore, useStore } from 'zustand';
import type { Look } from '../../src/calibration/look';
import { useStudio } from './studio';
import { useAnswer, type Answer } from './use-answer';
import { engine } from './worker';

/** Samples that are looked at together. */
export const lookSize = 6;

const looking = createStore(() => ({ first: 0 }));

export const useFirstLooked = (): number => useStore(looking, ({ first }) => first);
export const lookFrom = (first: number): void => looking.setState({ first });

/** The samples as the network would see them with the present settings. */
export function useLook(): Answer<Look> {
  const first = useFirstLooked();
  const spec = useStudio((state) => state.spec);
  // Before the files are opened, the worker knows neither of what a recording shows.
  const ready = useStudio(
    ({ calibration, model, backend, busy }) => calibration && model && backend && !busy?.opening,
  );
  const input = useStudio((state) => state.model?.inputs[0]);
  const file = useStudio((state) => state.calibration?.file);
  const question = ready && spec ? { spec, first, input, file } : null;
  return useAnswer(question, (asked) => engine.look(asked.spec, { first: asked.first, count: lookSize }));
}
