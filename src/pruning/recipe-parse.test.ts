import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lossNames, type TaskSpec } from '../tasks/task';
import type { Recipe } from './recipe';
import { parseRecipe } from './recipe-parse';
import { writeRecipe } from './recipe-write';

const shortest = {
  model: 'model.onnx',
  calibration: { file: 'calibration.npz', input: 'x' },
  tasks: [{ name: 'left', loss: 'cross-entropy', output: 'left', labels: 'left' }],
  method: { name: 'pagcp', delta: 0.05, alpha: 1 },
};
const parse = (changes: object) => parseRecipe(JSON.stringify({ ...shortest, ...changes }), 'recipe.json');

it('fills in the defaults', () => {
  expect(parse({})).toEqual({
    warnings: [],
    recipe: {
      model: 'model.onnx',
      calibration: {
        file: 'calibration.npz',
        input: 'x',
        layout: 'NHWC',
        scale: 1,
        mean: [0],
        std: [1],
        limit: null,
      },
      tasks: [
        { name: 'left', loss: 'cross-entropy', output: 'left', labels: 'left', weight: 1, reduction: 'mean' },
      ],
      method: {
        name: 'pagcp',
        mode: 'corrected',
        delta: 0.05,
        alpha: 1,
        topK: 1,
        saliency: 'l1',
        ratios: [
          0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
          0.95,
        ],
        probeRatio: 0.3,
        search: 'linear',
      },
      exclude: [],
    },
  });
});

it('reads whether trials may end early, and writes it', () => {
  const { recipe } = parse({ method: { ...shortest.method, earlyExit: true } });
  expect(recipe.method.earlyExit).toBe(true);
  expect(parseRecipe(writeRecipe(recipe), 'again.json').recipe).toEqual(recipe);
  expect(() => parse({ method: { ...shortest.method, earlyExit: 'yes' } })).toThrow(
    'recipe.json, method.earlyExit: it is a string, not true or false. Write true or false.',
  );
});

it('reads limits on what remains, and writes them', () => {
  const { recipe } = parse({ method: { ...shortest.method, minKept: 4, keptMultiple: 8, maxRatio: 0.5 } });
  expect(recipe.method).toMatchObject({ minKept: 4, keptMultiple: 8, maxRatio: 0.5 });
  expect(parseRecipe(writeRecipe(recipe), 'again.json').recipe).toEqual(recipe);
  expect(() => parse({ method: { ...shortest.method, keptMultiple: 2.5 } })).toThrow(
    /method\.keptMultiple: .*Give a whole number, 1 or more\./,
  );
});

it('leaves unknown keys out, and says so', () => {
  const { recipe, warnings } = parse({ comment: 'mine', method: { ...shortest.method, seed: 1 } });
  expect(recipe).toEqual(parse({}).recipe);
  expect(warnings).toEqual([
    'recipe.json, method: "seed" is not a known key and is left out.',
    'recipe.json: "comment" is not a known key and is left out.',
  ]);
});

describe('what it refuses, by key and mend', () => {
  const task = shortest.tasks[0];
  it.each([
    [{ model: undefined }, 'recipe.json, model: it is missing. Give the path of the model file'],
    [{ calibration: 'x.npz' }, 'recipe.json, calibration: it is a string, not an object.'],
    [
      { calibration: { file: 'c.npz', input: 'x', limit: 0 } },
      'recipe.json, calibration.limit: 0 cannot be used. Give a whole number',
    ],
    [{ tasks: [] }, 'recipe.json, tasks: the list is empty.'],
    [
      { tasks: [{ ...task, loss: 'mes' }] },
      'recipe.json, tasks[0].loss: "mes" is not known. Use one of "cross-entropy"',
    ],
    [{ tasks: [{ ...task, labels: undefined }] }, 'recipe.json, tasks[0].labels: it is missing.'],
    [{ tasks: [task, task] }, 'recipe.json, tasks[1].name: two tasks are called "left".'],
    [{ method: { name: 'taylor' } }, 'recipe.json, method.name: "taylor" is not known. Use "pagcp".'],
    [
      { method: { delta: 0.1 } },
      'recipe.json, method: it has only delta. Give two of delta, lambda and alpha',
    ],
    [{ method: { delta: '0.1', alpha: 1 } }, 'recipe.json, method.delta: it is a string, not a number.'],
    [
      { method: { delta: 0.1, alpha: 1, ratios: [0.5, 0.2] } },
      'recipe.json, method.ratios[1]: 0.2 does not rise',
    ],
    [
      { calibration: { file: 'a', input: 'image', fit: 'crop' } },
      'recipe.json, calibration.fit: "crop" is not known. Use one of "resize", "centre-crop", "letterbox".',
    ],
    [
      { calibration: { file: 'a', input: 'image', subset: { seed: 1 } } },
      'recipe.json, calibration.subset.count: it is missing.',
    ],
    [{ exclude: 'stem' }, 'recipe.json, exclude: it is a string, not a list.'],
  ])('%j', (changes, message) => {
    expect(() => parse(changes)).toThrow(message);
  });

  it('JSON that does not parse, by line and column', () => {
    expect(() => parseRecipe('{\n  "model": 1,\n}', 'recipe.json')).toThrow(
      'recipe.json, line 3 column 1: it is not valid JSON.',
    );
    expect(() => parseRecipe('{ "model": ', 'recipe.json')).toThrow(
      'recipe.json, line 1 column 12: it is not valid JSON.',
    );
    expect(() => parseRecipe('[]', 'recipe.json')).toThrow(
      'recipe.json: it is a list, not an object. A recipe is an object',
    );
  });
});

it('what is written is read back the same', () => {
  fc.assert(
    fc.property(recipes(), (recipe) => {
      expect(parseRecipe(writeRecipe(recipe), 'recipe.json')).toEqual({ recipe, warnings: [] });
    }),
  );
});

function recipes(): fc.Arbitrary<Recipe> {
  const text = fc.string({ minLength: 1 });
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);
  const fraction = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  const ratios = fc.uniqueArray(fraction, { minLength: 1 }).map((list) => list.sort((a, b) => a - b));
  const labelled = {
    name: text,
    loss: fc.constantFrom(...lossNames),
    output: text,
    labels: text,
    weight: positive,
    reduction: fc.constantFrom('mean', 'sum'),
  } as const;
  const task: fc.Arbitrary<TaskSpec> = fc.oneof(fc.record(labelled), fc.record({ ...labelled, mask: text }));
  const settings = {
    name: fc.constant('pagcp'),
    mode: fc.constantFrom('corrected', 'published'),
    topK: fraction,
    saliency: fc.constantFrom('l1', 'l2'),
    ratios,
    probeRatio: fraction,
    search: fc.constantFrom('linear', 'bracket'),
  } as const;
  return fc.record({
    model: text,
    calibration: fc.record({
      file: text,
      input: text,
      layout: fc.constantFrom('NHWC', 'NCHW'),
      scale: positive,
      mean: fc.array(number, { minLength: 1 }),
      std: fc.array(positive, { minLength: 1 }),
      limit: fc.option(fc.integer({ min: 1, max: 1e6 })),
      subset: fc.record({ count: fc.integer({ min: 1, max: 1e6 }), seed: fc.nat(), balance: text }),
      fit: fc.constantFrom('resize', 'centre-crop', 'letterbox'),
      size: fc.integer({ min: 1, max: 1e4 }),
      interpolation: fc.constantFrom('antialias', 'bilinear', 'nearest'),
      channels: fc.constantFrom('rgb', 'bgr'),
      pad: fc.nat(255),
      depthScale: positive,
    }),
    tasks: fc.uniqueArray(task, { minLength: 1, selector: ({ name }) => name }),
    method: fc.oneof(
      fc.record({ ...settings, delta: positive, alpha: positive }),
      fc.record({ ...settings, delta: positive, lambda: positive }),
      fc.record({ ...settings, lambda: positive, alpha: positive }),
    ),
    exclude: fc.array(text),
  });
}
