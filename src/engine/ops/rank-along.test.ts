import { beforeAll, describe, it } from 'vitest';
import { checkNode, checkRounded } from '../testing/compare';
import { startWasm } from '../testing/wasm';

beforeAll(startWasm);

const axes = [0, 1, 2];

describe('along an axis', () => {
  it.each(['max', 'min'] as const)('finds where the %s is', (kind) => {
    for (const axis of axes)
      for (const selectLast of [false, true])
        for (const keepDims of [false, true])
          checkRounded([[3, 6, 4]], ([x = '']) => ({
            ...{ op: 'argReduce', source: 'a', inputs: [x] },
            ...{ kind, axis, keepDims, selectLast },
          }));
  });

  it.each(['values', 'indices'] as const)('takes the most extreme %s', (result) => {
    for (const axis of axes)
      for (const largest of [false, true])
        checkRounded([[3, 6, 4]], ([x = '']) => ({
          ...{ op: 'topK', source: 't', inputs: [x] },
          ...{ result, axis, count: 3, largest },
        }));
  });

  it('sums up', () => {
    for (const axis of axes)
      for (const exclusive of [false, true])
        for (const reverse of [false, true])
          checkNode([[3, 6, 4]], ([x = '']) => ({
            ...{ op: 'cumSum', source: 'c', inputs: [x] },
            ...{ axis, exclusive, reverse },
          }));
  });

  it('takes weighted sums of positions', () => {
    const taps = [
      [
        { index: 5, weight: 0.5 },
        { index: 0, weight: -2 },
      ],
      [],
      [{ index: 1, weight: 1 }],
    ];
    for (const shape of [[2, 6, 3], [6], [3, 2, 6, 1]])
      checkNode([shape], ([x = '']) => ({
        ...{ op: 'resample', source: 'r', inputs: [x] },
        ...{ axis: shape.indexOf(6), taps },
      }));
  });
});
