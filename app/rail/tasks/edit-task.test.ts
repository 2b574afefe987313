import { expect, it } from 'vitest';
import { withLabels, withLoss, withOption, withOutput } from './edit-task';

const outputs = ['heat', 'wh', 'offset', 'size', 'seg'];
const arrays = ['x', 'boxes', 'classes', 'seg'];
const task = { name: 'seg', loss: 'cross-entropy', output: 'seg', labels: 'seg', ignore: 255 } as const;

it('chooses outputs and arrays by what a loss calls them', () => {
  expect(withLoss(task, 'centernet-size', outputs, arrays)).toEqual({
    name: 'seg',
    loss: 'centernet-size',
    output: ['heat', 'size', 'offset'],
    labels: ['boxes', 'classes'],
  });
});

it('keeps what the other loss knows too', () => {
  expect(withLoss(task, 'dice', outputs, arrays)).toEqual({ ...task, loss: 'dice' });
  expect(withLoss(task, 'mse', outputs, arrays)).toEqual({
    name: 'seg',
    loss: 'mse',
    output: 'seg',
    labels: 'seg',
  });
});

it('drops labels where none are wanted', () => {
  expect(withLoss(task, 'agreement', outputs, arrays)).toEqual({
    name: 'seg',
    loss: 'agreement',
    output: 'seg',
  });
});

it('adds, changes and takes away outputs and arrays', () => {
  const two = withOutput(task, 1, 'heat');
  expect(two.output).toEqual(['seg', 'heat']);
  expect(withOutput(two, 0, '').output).toBe('heat');
  expect(withOutput(task, 0, '')).toBe(task);
  expect(withLabels(task, 0, '')).not.toHaveProperty('labels');
});

it('sets and lifts options', () => {
  expect(withOption(task, 'labelSmoothing', 0.1)).toEqual({ ...task, labelSmoothing: 0.1 });
  expect(withOption(task, 'ignore', undefined)).not.toHaveProperty('ignore');
});
