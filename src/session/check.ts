import { measureValues } from '../engine/measure-values';
import { prepareSetup, type SetupPart, type SetupParts } from './setup';

export interface FoundProblem {
  readonly part: SetupPart;
  /** The task it concerns, when it concerns one. */
  readonly task: string | null;
  readonly message: string;
}

/** Everything that would stop a run; empty when it can start. Needs a started backend: it looks at the outputs. */
export async function findProblems(parts: SetupParts): Promise<readonly FoundProblem[]> {
  const problems: FoundProblem[] = [];
  await prepareSetup(parts, measureValues, (part, task, { message }) =>
    problems.push({ part, task, message }),
  );
  return problems;
}
