import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../pruning/recipe-parse';

const read = (task: object) => {
  const recipe = {
    model: 'm.onnx',
    calibration: { file: 'set.npz', input: 'x' },
    tasks: [{ name: 'one', output: 'y', labels: 't', ...task }],
    method: { name: 'pagcp', delta: 0.1, alpha: 1 },
  };
  const { recipe: parsed, warnings } = parseRecipe(JSON.stringify(recipe), 'recipe.json');
  return { task: parsed.tasks[0], warnings };
};

it('reads several outputs and arrays, and the options that a loss knows', () => {
  const yolo = {
    loss: 'yolo-box',
    output: ['fine', 'coarse'],
    labels: ['boxes', 'classes'],
    anchors: [
      [10, 13],
      [30, 61],
    ],
    scale: 1,
    metric: 'mAP',
  };
  const { task, warnings } = read(yolo);
  expect(task).toMatchObject(yolo);
  expect(warnings).toEqual([]);
});

it('says which options a loss does not know', () => {
  const { task, warnings } = read({ loss: 'mse', labelSmoothing: 0.1 });
  expect(task).not.toHaveProperty('labelSmoothing');
  expect(warnings).toEqual(['recipe.json, tasks[0]: "labelSmoothing" is not a known key and is left out.']);
});

describe('what it refuses, by key and mend', () => {
  it.each([
    [{ loss: 'smooth-l1', beta: 0 }, 'tasks[0].beta: 0 cannot be used. Give a number above 0.'],
    [
      { loss: 'cross-entropy', labelSmoothing: 2 },
      'tasks[0].labelSmoothing: 2 cannot be used. Give a number from 0 to 1.',
    ],
    [{ loss: 'cross-entropy', classWeights: 3 }, 'tasks[0].classWeights: it is a number, not a list.'],
    [{ loss: 'cross-entropy', classWeights: [1, -1] }, 'tasks[0].classWeights[1]: -1 cannot be used.'],
    [
      { loss: 'depth-l1', metric: 'mIoU' },
      'tasks[0].metric: "mIoU" is not known. Use one of "RMSE", "delta1".',
    ],
    [{ loss: 'yolo-box', anchors: [10, 13] }, 'tasks[0].anchors[0]: it is a number, not a list.'],
    [{ loss: 'expression', expression: 3 }, 'tasks[0].expression: it is a number, not a text.'],
    [
      { loss: 'centernet-heat', labels: undefined },
      'tasks[0].labels: it is missing. Give the names of the arrays',
    ],
    [{ loss: 'mse', output: ['y', 3] }, 'tasks[0].output[1]: it is a number, not a text.'],
  ])('%j', (task, message) => {
    expect(() => read(task)).toThrow(message);
  });
});
