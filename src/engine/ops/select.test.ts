import { memory, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../testing/wasm';
import { select } from './select';

beforeAll(startWasm);

describe('select', () => {
  const x = [0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32];

  it('takes positions along the last axis', () => {
    const before = memory().numTensors;
    const input = tensor(x, [2, 2, 3], 'float32');
    const chosen = select(input, 2, [0, 2]);
    expect(chosen.shape).toEqual([2, 2, 2]);
    expect([...chosen.dataSync()]).toEqual([0, 2, 10, 12, 20, 22, 30, 32]);
    [input, chosen].forEach((each) => each.dispose());
    expect(memory().numTensors).toBe(before);
  });

  it('takes positions along an inner axis', () => {
    const input = tensor(x, [2, 2, 3], 'float32');
    const chosen = select(input, 1, [1]);
    expect(chosen.shape).toEqual([2, 1, 3]);
    expect([...chosen.dataSync()]).toEqual([10, 11, 12, 30, 31, 32]);
    [input, chosen].forEach((each) => each.dispose());
  });
});
