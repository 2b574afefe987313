import type { Recipe } from './recipe';

/** The recipe as `parseRecipe` reads it; defaults are written out, so that the file says all that was done. */
export function writeRecipe(recipe: Recipe): string {
  const { limit, ...calibration } = recipe.calibration;
  const written = { ...recipe, calibration: limit === null ? calibration : { ...calibration, limit } };
  return `${JSON.stringify(written, null, 2)}\n`;
}
