import { useMemo } from 'react';
import { createStore, useStore } from 'zustand';
import type { Predictions, PredictionsAsk } from '../../src/inspect';
import type { RunSetup } from '../../workers/api';
import { useInTurn } from '../charts/use-in-turn';
import { useInspectedNetwork } from './inspected-network';
import { removedIn } from './removed';
import { useSettledRun } from './run-view';
import { useSelection } from './selection';
import { useCanLook, useShownSetup } from './shown-setup';
import { useAnswer, type Answer } from './use-answer';
import { engine } from './worker';

/** Which samples are looked at. */
export interface Looking {
  readonly order: PredictionsAsk['order'];
  /** Of the samples in that order, the first on show. */
  readonly first: number;
}

interface Question {
  readonly setup: RunSetup;
  readonly ask: PredictionsAsk;
  readonly network: string | null;
}

export const pageSize = 6;

export const looking = createStore<Looking>()(() => ({ order: 'worst', first: 0 }));

export const useLooking = () => useStore(looking);

export const changeOrder = (order: Looking['order']) => looking.setState({ order, first: 0 });

/** Goes on or back by a page of samples. */
export function turnPage(by: -1 | 1, total: number): void {
  looking.setState(({ first }) => {
    const next = first + by * pageSize;
    return next < 0 || next >= total ? {} : { first: next };
  });
}

/** The samples looked at, with the unpruned network and with that of the moment on show. */
export function usePredictions(): Answer<Predictions> {
  const run = useInTurn(useSettledRun());
  const setup = useShownSetup();
  const canLook = useCanLook();
  const task = useSelection((state) => state.task);
  const { order, first } = useLooking();
  const network = useInspectedNetwork();
  const removed = useMemo(() => (network === null ? removedIn(run) : {}), [run, network]);
  const question = useMemo(
    () =>
      setup && canLook ? { setup, ask: { removed, order, task, first, count: pageSize }, network } : null,
    [setup, canLook, removed, order, task, first, network],
  );
  return useAnswer<Question, Predictions>(question, askWorker);
}

const askWorker = ({ setup, ask, network }: Question) => engine.predictions(setup, ask, network);
