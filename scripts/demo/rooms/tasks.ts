import type { TaskSpec } from '../../../src/tasks/task';

/** The tasks of NYUDv2; `recipe.json` has the same. */
export const roomTaskSpecs: readonly TaskSpec[] = [
  {
    name: 'segments',
    loss: 'cross-entropy',
    output: 'segments',
    labels: 'segments',
    metric: 'mIoU',
  },
  { name: 'depth', loss: 'depth-l1', output: 'depth', labels: 'depth', metric: 'RMSE' },
  {
    name: 'normals',
    loss: 'normals-cosine',
    output: 'normals',
    labels: 'normals',
    metric: 'mean-angle',
  },
  {
    name: 'edges',
    loss: 'balanced-bce',
    output: 'edges',
    labels: 'edges',
    positiveWeight: 0.8,
    metric: 'odsF',
  },
];
