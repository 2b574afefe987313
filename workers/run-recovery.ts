import { inLoopRecovery } from '../src/recovery';
import type { Session } from '../src/session';
import type { RunSetup } from './api';

/** What a run does to the network after every commit, where its setup asks for that. */
export function recoveryOf({ setup }: Session, { recover }: RunSetup, signal: AbortSignal) {
  const { graph, channels, set } = setup;
  return inLoopRecovery({ original: graph, channels, set }, { graph, keep: new Map() }, recover, signal);
}
