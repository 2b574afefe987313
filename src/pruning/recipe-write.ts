import { recoverFields } from '../recovery/parse';
import type { Recipe } from './recipe';

/** The recipe as `parseRecipe` reads it; defaults are written out, so that the file says all that was done. */
export function writeRecipe(recipe: Recipe): string {
  const { limit, ...calibration } = recipe.calibration;
  const { recover } = recipe;
  const written = {
    ...recipe,
    calibration: limit === null ? calibration : { ...calibration, limit },
    ...(recover ? { recover: recoverFields(recover) } : {}),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}
