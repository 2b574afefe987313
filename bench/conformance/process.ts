import '../../cli/quiet-console';
import { startWasm } from '../../src/engine/testing/wasm';
import { failure, type Outcome } from './record';
import type { Answer, Question } from './protocol';
import { suites } from './suites';

/** Runs the cases that it is asked for, one at a time; another process waits for the answers. */
process.on('message', (question: Question) => void answer(question));
process.on('disconnect', () => process.exit());

async function answer(question: Question): Promise<void> {
  await startWasm();
  const outcome = await outcomeOf(question).catch((error: unknown) => failure(`it breaks: ${String(error)}`));
  process.send?.({ outcome: written(outcome), memory: process.memoryUsage().rss } satisfies Answer);
}

async function outcomeOf({ suite: id, folder, name }: Question): Promise<Outcome> {
  const suite = suites.find((one) => one.id === id);
  return (await suite?.run(folder, name)) ?? failure(`there is no suite ${id}`);
}

/** JSON has no infinity. */
function written(outcome: Outcome): Outcome {
  const { worstError } = outcome;
  return { ...outcome, worstError: worstError !== null && Number.isFinite(worstError) ? worstError : null };
}
