import { describe, expect, it } from 'vitest';
import { readArguments } from './args';

it('reads what is given, with defaults', () => {
  expect(readArguments(['recipe.json', '--out', 'results'])).toEqual({
    recipe: 'recipe.json',
    out: 'results',
    backend: 'wasm',
    shards: null,
    quiet: false,
  });
  expect(
    readArguments(['--quiet', '--backend=cpu', '--shards', '2', '--out=results', 'recipe.json']),
  ).toMatchObject({
    backend: 'cpu',
    shards: 2,
    quiet: true,
  });
  expect(readArguments(['--help'])).toBe('help');
});

describe('refuses, with the usage', () => {
  it.each([
    [[], 'prune: the recipe is missing. Usage: npm run prune -- recipe.json --out DIR'],
    [['recipe.json'], 'prune, --out: the folder for the results is missing.'],
    [['a.json', 'b.json', '--out', 'x'], 'prune, b.json: there is one recipe too many.'],
    [['recipe.json', '--out', 'x', '--backend', 'gpu'], 'prune, --backend: "gpu" is not known.'],
    [['recipe.json', '--out', 'x', '--shards', '0'], 'prune, --shards: "0" is no number from 1 to 64.'],
    [['recipe.json', '--out', 'x', '--fast'], "Unknown option '--fast'."],
  ])('%j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
