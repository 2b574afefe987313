import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../../testing/wasm';
import { backendGradients } from '../testing/backend-gradients';
import { finiteDifferences, relativeError } from '../testing/finite-differences';
import { gradientCases } from '../testing/gradient-cases';
import { registerGradients } from '.';

beforeAll(async () => {
  await startWasm();
  registerGradients();
});

const cases = gradientCases();

it('covers more than 300 cases, each with a title of its own', () => {
  expect(cases.length).toBeGreaterThan(300);
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
});

describe('the gradient on WASM is that of finite differences', () => {
  it.each(cases.map((each) => [each.title, each] as const))('%s', async (_, each) => {
    const before = tf.memory().numTensors;
    const found = await backendGradients(each);
    const wanted = finiteDifferences(each);
    const errors = wanted.map(({ elements, slopes }, input) =>
      relativeError(
        elements.map((element) => found[input]?.[element] ?? Number.NaN),
        slopes,
      ),
    );
    expect(Math.max(...errors)).toBeLessThan(1e-4);
    expect(tf.memory().numTensors).toBe(before);
  });
});
