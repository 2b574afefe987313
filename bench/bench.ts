import '../cli/quiet-console';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startBackend } from '../src/engine/backends';
import { benchGrowth, benchLarge } from './growth';
import { benchPrediction } from './prediction';
import { benchRecovery } from './recovery';
import { benchProfiles, benchReruns } from './reruns';
import { benchStrategies } from './strategies';
import { print } from './table';
import { benchTraining } from './training';

/**
 * Measures what the oracle saves and writes the figures to bench/results/. Every ratio is of two things measured
 * in this process.
 *
 *     npm run bench -- [--quick] [strategies|reruns|profiles|prediction|growth|large|training|recovery] … [part of a case's title] …
 */
async function main() {
  const args = process.argv.slice(2);
  const quick = args.includes('--quick');
  const sections = [
    'strategies',
    'reruns',
    'profiles',
    'prediction',
    'growth',
    'large',
    'training',
    'recovery',
  ];
  const chosen = sections.filter((section) => args.includes(section));
  const titles = args.filter((arg) => !arg.startsWith('--') && !sections.includes(arg));
  const wants = (section: string) => chosen.length === 0 || chosen.includes(section);
  const few = titles.length > 0 ? titles : ['vggmulti δ 0.2', 'demo'];
  await startBackend('wasm');

  if (wants('strategies')) save('strategies', await benchStrategies(titles, quick ? 1 : 5));
  if (wants('reruns')) save('reruns', await benchReruns(titles, quick ? 8 : 20));
  if (wants('profiles')) save('profiles', await benchProfiles(few));
  if (wants('prediction')) save('prediction', benchPrediction(quick ? 20 : 200));
  if (wants('training')) save('training', await benchTraining(quick));
  if (wants('recovery')) {
    const rows = await benchRecovery(quick);
    if (!quick) save('recovery', rows);
  }
  if (wants('growth')) {
    const { plot, ...figures } = await benchGrowth(quick);
    save('growth', figures);
    if (!quick) writeFileSync(fileURLToPath(new URL('../docs/growth.svg', import.meta.url)), plot);
  }
  if (wants('large') && !quick) save('large', await benchLarge());
}

function save(section: string, figures: unknown) {
  const folder = fileURLToPath(new URL('./results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${folder}${section}.json`,
    JSON.stringify({ date: new Date().toISOString(), figures }, null, 2),
  );
  print(`written to bench/results/${section}.json`);
}

await main();
