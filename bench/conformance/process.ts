import '../../cli/quiet-console';
import { startWasm } from '../../src/engine/testing/wasm';
import { failure, type Outcome } from './record';
import type { Answer, Question } from './protocol';
import { suites } from './suites';

/** Runs the cases that it is asked for, one at a time; another process waits for the answers. */
process.on('message', (question: Question) => void answer(question));
process.on('disconnect', () => process.exit());

async function answer({ suite: id, folder, name }: Question): Promise<void> {
  await startWasm();
  const suite = suites.find((one) => one.id === id);
  const outcome = suite
    ? await suite.run(folder, name).catch((error: unknown) => failure(`it breaks: ${String(error)}`))
    : failure(`there is no suite ${id}`);
  process.send?.({ outcome: written(outcome), memory: process.memoryUsage().rss } satisfies Answer);
}

/** JSON has no infinity. */
function written(outcome: Outcome): Outcome {
  const { worstError } = outcome;
  return { ...outcome, worstError: worstError !== null && Number.isFinite(worstError) ? worstError : null };
}
