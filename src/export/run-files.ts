import type { Recipe } from '../pruning/recipe';
import { writeRecipe } from '../pruning/recipe-write';
import type { Report } from '../pruning/report';
import type { NamedBytes } from '../util/files';
import { textFile } from './bundle';
import { reportJson } from './json';
import { trialsCsv } from './trials-csv';

/** Everything a finished run leaves: the pruned model, and what was asked, done and measured. */
export function runFiles(parts: {
  readonly model: readonly NamedBytes[];
  readonly report: Report;
  readonly recipe: Recipe;
}): readonly NamedBytes[] {
  return [
    ...parts.model,
    textFile('report.json', reportJson(parts.report)),
    textFile('recipe.json', writeRecipe(parts.recipe)),
    textFile('trials.csv', trialsCsv(parts.report)),
  ];
}
