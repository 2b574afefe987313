import { basename } from 'node:path';
import type { CalibrationFile } from '../src/calibration/calibration';
import type { Recipe } from '../src/pruning/recipe';
import type { Report } from '../src/pruning/report';
import { openRecovery, pruneAndRecover, type Network } from '../src/recovery';
import { finalReport } from '../src/recovery/final-report';
import type { OracleFactory, Session } from '../src/session';
import type { Naming } from './progress';
import { recoveryLine } from './recovery-progress';

export interface RecoveryInputs {
  readonly recipe: Recipe;
  readonly train: CalibrationFile | null;
  readonly validation: CalibrationFile | null;
  readonly makeOracle: OracleFactory;
  readonly naming: Naming;
  readonly print: (line: string) => void;
}

/** Prunes and recovers as the recipe says, over its rounds. @throws InputError */
export async function runRecovery(
  session: Session,
  { recipe, train, validation, makeOracle, naming, print }: RecoveryInputs,
): Promise<{ readonly report: Report; readonly network: Network }> {
  const { setup, artifact } = session;
  const recover = recipe.recover ?? null;
  const recovery = await openRecovery(
    {
      setup,
      spec: recipe.calibration,
      calibrationFile: basename(recipe.calibration.file),
      modelLayout: artifact.format.startsWith('onnx') ? 'NCHW' : 'NHWC',
      train,
      validation,
    },
    recover,
  );
  const run = pruneAndRecover(
    {
      ...recovery,
      exclude: recipe.exclude,
      // The session's own oracle is of the unpruned network, with which the first round begins.
      makeOracle: async (graph, channels) => makeOracle({ ...setup, graph, channels }),
    },
    recipe.method,
    recover,
    recipe.rounds,
  );
  for (;;) {
    const { value, done } = await run.next();
    if (done) return { report: finalReport(setup.channels, value), network: value.network };
    const line = recoveryLine(value, naming);
    if (line !== null) print(line);
  }
}
