import { measureValues } from '../engine/measure-values';
import { chanceWarning } from './chance';
import { prepareSetup, type SetupPart, type SetupParts } from './setup';

export interface FoundProblem {
  readonly part: SetupPart;
  /** The task it concerns, when it concerns one. */
  readonly task: string | null;
  readonly message: string;
}

export interface SetupCheck {
  /** Everything that would stop a run; empty when it can start. */
  readonly problems: readonly FoundProblem[];
  /** How each task's output and labels were understood, by task name; only of a setup without problems. */
  readonly descriptions: Readonly<Record<string, string>>;
  /** What would not stop a run, but looks wrong. */
  readonly warnings: readonly string[];
}

/** Needs a started backend: it looks at the outputs. */
export async function checkSetup(parts: SetupParts): Promise<SetupCheck> {
  const problems: FoundProblem[] = [];
  const setup = await prepareSetup(parts, measureValues, (part, task, { message }) =>
    problems.push({ part, task, message }),
  );
  const tasks = setup?.tasks.map(({ task }) => task) ?? [];
  const warnings = setup?.tasks.flatMap((bound) => chanceWarning(bound) ?? []) ?? [];
  const descriptions = tasks.map(({ spec, description }) => [spec.name, description] as const);
  return { problems, descriptions: Object.fromEntries(descriptions), warnings };
}
