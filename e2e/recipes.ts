/** A recipe for the small network of two digits with few ratios and samples, so that a run takes seconds; with `more` keys. */
export function quickRecipe(limit: number, ratios: readonly number[], more: object = {}) {
  const task = (name: string) => ({ name, loss: 'cross-entropy', output: name, labels: name });
  const recipe = {
    model: 'model.onnx',
    calibration: {
      file: 'calibration.npz',
      input: 'x',
      layout: 'NHWC',
      scale: 1 / 255,
      mean: [0],
      std: [1],
      limit,
    },
    tasks: [task('left'), task('right')],
    method: { name: 'pagcp', mode: 'corrected', delta: 0.1, alpha: 2, topK: 1, ratios },
    ...more,
  };
  return { name: 'recipe.json', bytes: new TextEncoder().encode(JSON.stringify(recipe)) };
}
