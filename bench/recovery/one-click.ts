import { join } from 'node:path';
import { halveTheMacs, pruneAndRecover, type RoundsResult } from '../../src/recovery';
import { print } from '../table';
import { finish, openFiles, openParts, root, rowOf, type Row } from './parts';

/** The page's one click on the demo, without a training set: half of the MACs, every metric within a point. */
export async function oneClick(quick: boolean): Promise<readonly Row[]> {
  print('one click');
  const { recipe, session } = await openFiles(join(root, 'public/demo/recipe.json'), quick);
  const parts = await openParts(session, recipe, halveTheMacs.recover);
  const begun = performance.now();
  const run = pruneAndRecover(parts, recipe.method, halveTheMacs.recover, halveTheMacs.rounds);
  const result = await finish(run, (event) => {
    if (event.kind === 'rounds-ended') print(event.message);
  });
  const seconds = (performance.now() - begun) / 1000;
  session.dispose();
  return [{ ...rowOf(parts, result), network: oneClickRow, rounds: keptRounds(result), seconds }];
}

export const oneClickRow = 'one click, no training set';

const keptRounds = ({ rounds }: RoundsResult): number => rounds.filter(({ kept }) => kept).length;
