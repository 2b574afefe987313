import { expect, it } from 'vitest';
import { guessTasks } from './guess';
import { bytes, floats } from './testing/arrays';

const digits = (name: string) => bytes(name, [4], [0, 9, 3, 1]);

it('matches by name, then takes what fits in order', () => {
  const outputs = ['right', 'left'].map((name) => ({ name, sampleShape: [10] }));
  expect(guessTasks(outputs, [digits('left'), digits('right')])).toEqual([
    { name: 'right', loss: 'cross-entropy', output: 'right', labels: 'right' },
    { name: 'left', loss: 'cross-entropy', output: 'left', labels: 'left' },
  ]);
  expect(guessTasks([{ name: 'logits', sampleShape: [10] }], [digits('a'), digits('b')])).toMatchObject([
    { labels: 'a' },
  ]);
});

it.each([
  ['class numbers of a map', [5, 2, 2], bytes('y', [1, 2, 2], [0, 4, 1, 1]), 'cross-entropy'],
  ['one-hot labels', [3], floats('y', [2, 3], [0, 1, 0, 1, 0, 0]), 'cross-entropy'],
  ['several yes or no', [3], bytes('y', [2, 3], [0, 1, 1, 0, 0, 0]), 'binary-cross-entropy'],
  ['one yes or no', [1], bytes('y', [2], [0, 1]), 'binary-cross-entropy'],
  ['measurements', [2], floats('y', [2, 2], [0.5, 12, -3, 4]), 'mse'],
  ['labels of another shape', [2], floats('y', [1, 7], [1, 2, 3, 4, 5, 6, 7]), 'agreement'],
  ['more classes than the output has', [3], bytes('y', [2], [0, 3]), 'agreement'],
])('%s', (_, sampleShape, array, loss) => {
  expect(guessTasks([{ name: 'y', sampleShape }], [array])).toMatchObject([{ loss }]);
});
