import { useMemo } from 'react';
import type { Responses, ResponsesAsk } from '../../src/inspect';
import type { ChannelGroup, LayerRef } from '../../src/graph/channel-types';
import type { RunSetup } from '../../workers/api';
import { useInTurn } from '../charts/use-in-turn';
import { useInspectedNetwork } from './inspected-network';
import { removedIn } from './removed';
import { useSettledRun } from './run-view';
import { useSelection } from './selection';
import { useCanLook, useShownSetup } from './shown-setup';
import { useStudio } from './studio';
import { useAnswer, type Answer } from './use-answer';
import { engine } from './worker';

export interface Filter {
  readonly group: ChannelGroup;
  readonly layer: LayerRef;
  readonly channel: number;
  readonly sample: number;
}

/** The filter looked at: of the selected layer, else of the one whose step is on show, else of the first. */
export function useFilter(): Filter | null {
  const run = useSettledRun();
  const groups = useStudio((state) => state.model?.groups);
  const pinned = useSelection((state) => state.pinned);
  const channel = useSelection((state) => state.channel);
  const sample = useSelection((state) => state.sample ?? 0);
  const id = pinned ?? run.steps.at(-1)?.group;
  const group = groups?.find((one) => one.id === id) ?? groups?.find(({ frozen }) => frozen === null);
  const [layer] = group?.producers ?? [];
  return useMemo(
    () => (group && layer ? { group, layer, channel, sample } : null),
    [group, layer, channel, sample],
  );
}

/** The filter's responses with the unpruned network and with that of the moment on show. */
export function useResponses(filter: Filter | null): Answer<Responses> {
  const run = useInTurn(useSettledRun());
  const setup = useShownSetup();
  const canLook = useCanLook();
  const network = useInspectedNetwork();
  const removed = useMemo(() => (network === null ? removedIn(run) : {}), [run, network]);
  const question = useMemo(() => {
    if (!filter || !setup || !canLook) return null;
    const { layer, channel, sample } = filter;
    return { setup, ask: { removed, node: layer.node, channel, sample }, network };
  }, [filter, setup, canLook, removed, network]);
  return useAnswer<Question, Responses>(question, askWorker);
}

interface Question {
  readonly setup: RunSetup;
  readonly ask: ResponsesAsk;
  readonly network: string | null;
}

const askWorker = ({ setup, ask, network }: Question) => engine.responses(setup, ask, network);
