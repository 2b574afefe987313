import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '../src/formats';
import type { PagcpSettings } from '../src/pruning/recipe';
import {
  defaultFineTune,
  pruneAndRecover,
  type MadeNetwork,
  type Network,
  type RecoverSettings,
} from '../src/recovery';
import { trainControls } from '../src/recovery/controls';
import { slicedNetwork } from '../src/recovery/network';
import { oneClick, oneClickRow } from './recovery/one-click';
import {
  accuracies,
  finish,
  openFiles,
  openParts,
  recipePath,
  root,
  rowOf,
  type Row,
} from './recovery/parts';
import { aim, print, table } from './table';

const tasks = ['left', 'right'] as const;

/**
 * What recovery wins back on MultiMNIST: each method without gradients alone, after a run at the demo's thresholds;
 * the page's one click in as many rounds as it takes; and the committed recipe from its files to the written model,
 * beside the same architecture from new weights. All accuracies are of 10,000 pairs that neither training nor calibration
 * has seen.
 *
 * @param quick to see that it works: on 128 samples, which are the training set as well, and with no aim judged
 */
export async function benchRecovery(quick: boolean): Promise<readonly Row[]> {
  if (!quick) makeTrainingSet();
  const rows = [...(await remediesAlone(quick)), ...(await oneClick(quick)), ...(await wholeRecipe(quick))];
  const [unpruned] = rows;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const points = (share: number, from = 0) => (100 * (share - from)).toFixed(2);
  table(
    ['MultiMNIST, 10,000 unseen pairs', 'MACs', 'left', 'right', 'points', 'points', 'rounds', 'seconds'],
    rows.map(({ network, macs, left, right, rounds, seconds }) => [
      ...[network, percent(macs), percent(left), percent(right)],
      ...[points(left, unpruned?.left), points(right, unpruned?.right)],
      ...[rounds?.toFixed(0) ?? '', seconds === null ? '' : seconds.toFixed(1)],
    ]),
  );
  if (!quick) judge(rows);
  return rows;
}

function judge(rows: readonly Row[]): void {
  const row = (name: string): Row => {
    const found = rows.find(({ network }) => network === name);
    if (!found) throw new Error(`There is no row ${name}.`);
    return found;
  };
  const [unpruned, pruned, solved] = [row('unpruned'), row('pruned'), row('pruned, least squares')];
  const recipe = row('the recipe');
  aim('fewer MACs before least squares alone, %', 100 * (1 - solved.macs), { atLeast: 25 });
  for (const task of tasks) {
    const wonBack = (solved[task] - pruned[task]) / (unpruned[task] - pruned[task]);
    aim(`part of what was lost that least squares alone wins back, ${task}`, wonBack, { atLeast: 0.333 });
  }
  aim('fewer MACs, the recipe, %', 100 * (1 - recipe.macs), { atLeast: 50 });
  for (const task of tasks)
    aim(`points lost, the recipe, ${task}`, 100 * (unpruned[task] - recipe[task]), { atMost: 1 });
  const clicked = row(oneClickRow);
  aim('fewer MACs, one click, %', 100 * (1 - clicked.macs), { atLeast: 50 });
  for (const task of tasks)
    aim(`points lost, one click, ${task}`, 100 * (unpruned[task] - clicked[task]), { atMost: 1 });
  aim('minutes, the recipe', (recipe.seconds ?? NaN) / 60, { atMost: 10 });
}

function makeTrainingSet(): void {
  const out = join(root, '.cache/recovery/multimnist-train.npz');
  if (existsSync(out)) return;
  print('making the training set');
  execFileSync('npx', ['tsx', 'scripts/make-training-set.ts', '--out', out], { cwd: root });
}

async function remediesAlone(quick: boolean): Promise<readonly Row[]> {
  const { recipe, session } = await openFiles(join(root, 'public/demo/recipe.json'), quick);
  const none: RecoverSettings = { when: 'after', methods: [], fineTune: defaultFineTune };
  const parts = await openParts(session, recipe, none);
  const method: PagcpSettings = { ...recipe.method, keptMultiple: 1, search: 'bracket' };
  const rows: Row[] = [{ network: 'unpruned', macs: 1, ...accuracies(session.graph), seconds: null }];
  const variants = [
    ['pruned', []],
    ['pruned, batch-norm statistics', ['batch-norm']],
    ['pruned, scale and bias', ['scale-bias']],
    ['pruned, least squares', ['least-squares']],
  ] as const;
  for (const [network, methods] of variants) {
    print(network);
    const result = await finish(pruneAndRecover(parts, method, { ...none, methods }));
    const seconds = result.recovery?.methods[0]?.seconds ?? null;
    rows.push({ ...rowOf(parts, result), network, seconds });
  }
  session.dispose();
  return rows;
}

async function wholeRecipe(quick: boolean): Promise<readonly Row[]> {
  print('the recipe');
  const begun = performance.now();
  const { recipe, session } = await openFiles(recipePath, quick);
  const settings = recipe.recover;
  if (!settings) throw new Error('The recipe recovers nothing.');
  const parts = await openParts(session, recipe, settings);
  const result = await finish(pruneAndRecover(parts, recipe.method, settings));
  const files = session.write(result.network.keep, result.network.graph);
  const seconds = (performance.now() - begun) / 1000;
  // Judged as it was written, not as it is in memory.
  const written = { ...rowOf(parts, result), ...accuracies(readModel(files).graph) };
  const untuned = result.rounds[0]?.pruned.macs ?? NaN;
  const rows: Row[] = [{ ...written, network: 'the recipe', seconds }];
  print(`fine-tuned at ${(100 * untuned) / parts.original.macs} % of the MACs; training its controls`);
  if (parts.tuning) {
    const controls = { ...settings.fineTune, scratch: ['E', 'B'] as const };
    let from = performance.now();
    const onNetwork = ({ label }: MadeNetwork, network: Network) => {
      const trained = (performance.now() - from) / 1000;
      const accuracy = accuracies(slicedNetwork(parts.reference, network));
      rows.push({
        network: `the same from new weights, ${label}`,
        macs: written.macs,
        ...accuracy,
        seconds: trained,
      });
      from = performance.now();
    };
    await finish(
      trainControls(parts, parts.tuning, result.network, controls, { name: 'control', onNetwork }),
    );
  }
  session.dispose();
  return rows;
}
