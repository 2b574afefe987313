/**
 * How much each task suffers when a part of one layer group is pruned, for each group alone:
 *
 *     npx tsx scripts/measure-sharing.ts public/demo/rooms/recipe.json [--ratio .3]
 */
import { parseArgs } from 'node:util';
import { openRecipe, openSession } from '../cli/run';
import { measureProfile } from '../src/pruning/measure-profile';
import type { SensitivityProfile } from '../src/pruning/profile';

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: { ratio: { type: 'string', default: '.3' } },
});
const [path = 'public/demo/rooms/recipe.json'] = positionals;
const { recipe } = openRecipe(path);
const session = await openSession(path, recipe, 'wasm');
const profile = await profileAt(Number(args.ratio));
session.dispose();

for (const [group, points] of Object.entries(profile.points)) {
  const drops = Object.entries(points.at(-1)?.drops ?? {});
  console.log(group, drops.map(([task, drop]) => `${task} ${(drop * 100).toFixed(1)} %`).join(', '));
}

async function profileAt(ratio: number): Promise<SensitivityProfile> {
  const measuring = measureProfile(session, { ...recipe.method, ratios: [ratio] });
  for (;;) {
    const { value, done } = await measuring.next();
    if (done) return value;
  }
}
