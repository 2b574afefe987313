import { memory, tensor, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
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

  it('takes any positions along any axis, whatever lies behind it', () => {
    const lengths = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 6 }), fc.constantFrom(1, 2, 15, 16, 40));
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(5)), ([outer, length, inner], any) => {
        const positions = any.map((position) => position % length);
        const data = Array.from({ length: outer * length * inner }, (_, index) => index);
        const chosen = tidy(() => {
          const taken = select(tensor(data, [outer, length, inner], 'float32'), 1, positions);
          return [...taken.dataSync()];
        });
        const rows = Array.from({ length: outer }, (_, row) =>
          positions.map((at) => row * length + at),
        ).flat();
        expect(chosen).toEqual(rows.flatMap((row) => data.slice(row * inner, (row + 1) * inner)));
      }),
    );
  });

  it('leaves integers and truths what they are', () => {
    const whole = tensor([3, -4, 5], [3], 'int32');
    const truths = tensor([true, false, true], [3], 'bool');
    const chosen = [whole, truths].map((x) => select(x, 0, [2, 1]));
    expect(chosen.map(({ dtype }) => dtype)).toEqual(['int32', 'bool']);
    expect(chosen.map((x) => [...x.dataSync()])).toEqual([
      [5, -4],
      [1, 0],
    ]);
    [whole, truths, ...chosen].forEach((each) => each.dispose());
  });
});
