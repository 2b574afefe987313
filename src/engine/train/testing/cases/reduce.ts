import type { NewCase } from '../gradient-case';

const map = [2, 3, 4, 3];
const kinds = ['mean', 'sum', 'max', 'min', 'prod', 'l1', 'l2', 'sumSquare', 'logSum', 'logSumExp'] as const;

export function reduceCases(): NewCase[] {
  const reduced = kinds.flatMap((kind) =>
    [
      { axes: [1, 2], keepDims: false },
      { axes: [3], keepDims: true },
      { axes: [0, 1, 2, 3], keepDims: false },
    ].map(({ axes, keepDims }): NewCase => [
      `${kind} over ${axes.join()}`,
      [map],
      ([x = '']) => ({ op: 'reduce', source: 'y', inputs: [x], kind, axes, keepDims }),
      kind === 'logSum' || kind === 'prod' ? { range: [0.5, 1.2] } : {},
    ]),
  );
  const softmaxes = (['softmax', 'logSoftmax'] as const).flatMap((op) =>
    [
      { shape: [4, 5], axis: 1 },
      { shape: map, axis: 3 },
      { shape: map, axis: 1 },
    ].map(({ shape, axis }): NewCase => [
      `${op} of [${shape.join()}] along ${axis}`,
      [shape],
      ([x = '']) => ({ op, source: 'y', inputs: [x], axis }),
    ]),
  );
  const sums = [false, true].flatMap((exclusive) =>
    [false, true].map((reverse): NewCase => [
      `cumSum${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
      [map],
      ([x = '']) => ({ op: 'cumSum', source: 'y', inputs: [x], axis: 2, exclusive, reverse }),
    ]),
  );
  const best = [
    { axis: 3, count: 2, largest: true },
    { axis: 1, count: 1, largest: false },
    { axis: 2, count: 3, largest: true },
  ].map((attributes): NewCase => [
    `topK ${JSON.stringify(attributes)}`,
    [map],
    ([x = '']) => ({ op: 'topK', source: 'y', inputs: [x], result: 'values', ...attributes }),
  ]);
  const extremes = (['max', 'min'] as const).map((kind): NewCase => [
    `arg ${kind}, which is flat`,
    [map],
    ([x = '']) => ({
      op: 'argReduce',
      source: 'y',
      inputs: [x],
      kind,
      axis: 3,
      keepDims: true,
      selectLast: false,
    }),
  ]);
  return [...reduced, ...softmaxes, ...sums, ...best, ...extremes];
}
