import type { TaskSpec } from '../../../src/tasks/task';

const centers = { output: ['heat', 'size', 'offset'], labels: ['boxes', 'digits'] } as const;

/** The components of CenterNet's loss, and the classes of pixels; `recipe.json` has the same. */
export const detectorTasks: readonly TaskSpec[] = [
  { name: 'heat', loss: 'centernet-heat', ...centers },
  { name: 'size', loss: 'centernet-size', ...centers },
  { name: 'offset', loss: 'centernet-offset', ...centers },
  {
    name: 'segments',
    loss: 'cross-entropy',
    output: 'segments',
    labels: 'segments',
    metric: 'mIoU',
  },
];
