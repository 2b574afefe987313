import type { LossName } from './loss-names';
import type { TaskOptions } from './options';
import type { TaskSpec } from './task';

export const lossGroups = [
  'Classification',
  'Regression',
  'Segmentation',
  'Depth and normals',
  'Keypoints',
  'CenterNet',
  'SSD',
  'YOLOv5',
  'Faster R-CNN',
  'Without labels',
  'Your own',
] as const;

export type LossGroup = (typeof lossGroups)[number];

/** What there is to say of a loss before it is bound: for choosing it, and for reading it from a recipe. */
export interface LossEntry {
  readonly group: LossGroup;
  readonly label: string;
  /** One sentence on when to use it. */
  readonly use: string;
  /** What its label arrays are, in order. Each may be left out from `optionalFrom` on. */
  readonly labels: readonly string[];
  /** The number of label arrays that must be given; all by default. */
  readonly requiredLabels?: number;
  /** What its outputs are, in order; `many`: any number. */
  readonly outputs: readonly string[] | 'many';
  /** The number of outputs that must be given; all by default. */
  readonly requiredOutputs?: number;
  readonly options: readonly (keyof TaskOptions)[];
  /** The first is the default. */
  readonly metrics: readonly string[];
}

const one = { outputs: ['output'] } as const;
const labelled = { ...one, labels: ['labels'] } as const;
const errors = { ...labelled, group: 'Regression', metrics: ['MAE', 'RMSE'] } as const;
const classes = {
  ...labelled,
  metrics: ['accuracy', 'top-5', 'F1', 'MAE', 'mIoU', 'pixel-accuracy'],
} as const;
const maps = { ...labelled, group: 'Segmentation', metrics: ['mIoU', 'pixel-accuracy', 'F1'] } as const;
const depth = { ...labelled, group: 'Depth and normals', metrics: ['RMSE', 'delta1'], options: [] } as const;
const normals = {
  ...labelled,
  group: 'Depth and normals',
  metrics: ['mean-angle', 'within-11.25'],
  options: [],
} as const;
const objects = {
  labels: ['boxes', 'classes', 'crowd'],
  requiredLabels: 2,
  metrics: ['mAP@.5', 'mAP'],
} as const;
const centernet = {
  ...objects,
  group: 'CenterNet',
  outputs: ['heat', 'size', 'offset'],
  options: ['imageSize', 'sizeUnit'],
} as const;
const ssd = {
  ...objects,
  group: 'SSD',
  outputs: ['location', 'confidence'],
  options: ['anchors', 'strides', 'scale', 'imageSize'],
} as const;
const yolo = {
  ...objects,
  group: 'YOLOv5',
  outputs: 'many',
  options: ['anchors', 'scale', 'imageSize'],
} as const;
const rpn = {
  ...objects,
  metrics: ['recall'],
  group: 'Faster R-CNN',
  outputs: 'many',
  options: ['anchors', 'scale', 'imageSize'],
} as const;
const roi = {
  ...objects,
  group: 'Faster R-CNN',
  outputs: ['class logits', 'box offsets', 'proposals'],
  options: ['imageSize'],
} as const;

/** Every loss. */
export const catalogue: Readonly<Record<LossName, LossEntry>> = {
  'cross-entropy': {
    ...classes,
    group: 'Classification',
    label: 'Cross-entropy',
    use: 'One class for each image, or for each pixel.',
    options: ['labelSmoothing', 'classWeights', 'ignore', 'values'],
  },
  'binary-cross-entropy': {
    ...labelled,
    group: 'Classification',
    label: 'Binary cross-entropy',
    use: 'Yes or no for each output, each for itself.',
    options: ['positiveWeight'],
    metrics: ['accuracy', 'F1'],
  },
  focal: {
    ...classes,
    group: 'Classification',
    label: 'Focal',
    use: 'Rare classes: right answers hardly count.',
    options: ['gamma', 'alpha', 'classWeights', 'ignore'],
  },
  expectation: {
    ...labelled,
    group: 'Classification',
    label: 'Expectation over classes',
    use: 'Ages and other ordered classes, read as a number.',
    options: ['values'],
    metrics: ['MAE'],
  },
  mse: { ...errors, label: 'Squared error', use: 'Measurements.', options: [] },
  l1: { ...errors, label: 'Absolute error', use: 'Measurements with outliers.', options: [] },
  'smooth-l1': {
    ...errors,
    label: 'Smooth L1',
    use: 'Squared for small errors, absolute for large ones.',
    options: ['beta'],
  },
  huber: {
    ...errors,
    label: 'Huber',
    use: 'Squared for small errors, absolute for large ones.',
    options: ['delta'],
  },
  rmse: {
    ...errors,
    metrics: ['RMSE', 'MAE'],
    label: 'Root of the squared error',
    use: "In the labels' own unit.",
    options: [],
  },
  dice: { ...maps, label: 'Dice', use: 'Overlap of each class with its labels.', options: ['ignore'] },
  lovasz: {
    ...maps,
    label: 'Lovász-softmax',
    use: 'A smooth stand-in for the mean IoU.',
    options: ['ignore'],
  },
  'balanced-bce': {
    ...labelled,
    group: 'Segmentation',
    label: 'Balanced binary cross-entropy',
    use: 'Saliency and edges: maps where few pixels say yes.',
    options: ['positiveWeight', 'ignore'],
    metrics: ['maxF', 'odsF'],
  },
  'depth-l1': { ...depth, label: 'Depth: absolute error', use: 'Distances; 0 or NaN where not known.' },
  berhu: { ...depth, label: 'Depth: reverse Huber', use: 'Distances, large errors squared.' },
  silog: {
    ...depth,
    label: 'Depth: scale-invariant',
    use: 'Distances up to a common scale.',
    options: ['scaleInvariance'],
  },
  'normals-cosine': { ...normals, label: 'Normals: cosine', use: 'Unit vectors; zero where not known.' },
  'normals-l1': {
    ...normals,
    label: 'Normals: absolute error',
    use: 'Unit vectors, component by component.',
  },
  'centernet-focal': {
    ...labelled,
    group: 'Keypoints',
    label: 'Heat map (focal)',
    use: 'Heat maps that are given as arrays.',
    options: [],
    metrics: [],
  },
  'keypoint-heatmap': {
    ...one,
    group: 'Keypoints',
    labels: ['keypoints'],
    label: 'Keypoints',
    use: 'One heat map a keypoint; labels are points.',
    options: ['sigma', 'imageSize'],
    metrics: ['PCK', 'OKS'],
  },
  'centernet-heat': { ...centernet, label: 'Heat', use: 'Where objects are, and which.', requiredOutputs: 1 },
  'centernet-size': { ...centernet, label: 'Size', use: 'How large objects are.', requiredOutputs: 1 },
  'centernet-offset': {
    ...centernet,
    label: 'Offset',
    use: 'Where in the cell centres are.',
    requiredOutputs: 1,
  },
  'ssd-confidence': { ...ssd, label: 'Confidence', use: 'The class of each default box.' },
  'ssd-location': { ...ssd, label: 'Location', use: 'The place of matched default boxes.' },
  'yolo-box': { ...yolo, label: 'Box', use: 'Overlap of matched boxes (CIoU).' },
  'yolo-objectness': { ...yolo, label: 'Objectness', use: 'Whether there is an object.' },
  'yolo-class': { ...yolo, label: 'Class', use: 'The class of matched boxes.' },
  'rpn-objectness': { ...rpn, label: 'Proposals: objectness', use: 'Whether an anchor holds an object.' },
  'rpn-box': { ...rpn, label: 'Proposals: box', use: 'The place of matched anchors.' },
  'roi-class': { ...roi, label: 'Regions: class', use: 'The class of each proposal.' },
  'roi-box': { ...roi, label: 'Regions: box', use: 'The place of matched proposals.' },
  agreement: {
    ...one,
    labels: [],
    group: 'Without labels',
    label: 'Agreement',
    use: 'How far outputs depart from those of the unpruned model.',
    options: ['compare'],
    metrics: [],
  },
  'box-agreement': {
    group: 'Without labels',
    labels: [],
    outputs: ['boxes', 'scores'],
    label: 'Agreement of boxes',
    use: "How far a detector's boxes and scores depart from the unpruned model's.",
    options: ['boxFormat'],
    metrics: [],
  },
  expression: {
    group: 'Your own',
    labels: [],
    outputs: 'many',
    label: 'Expression',
    use: 'A formula of outputs (y) and labels (t).',
    options: ['expression'],
    metrics: [],
  },
};

/** Whether the loss is over the elements or positions of one output, of which a mask may leave some out. */
export function countsPositions(loss: LossName): boolean {
  const { outputs } = catalogue[loss];
  return outputs !== 'many' && outputs.length === 1 && loss !== 'keypoint-heatmap';
}

/** Whether the loss compares with the unpruned model's outputs, so that they must be known of every sample. */
export const comparesWithUnpruned = (loss: LossName): boolean => catalogue[loss].group === 'Without labels';

const inUnits = new Set(['MAE', 'RMSE', 'mean-angle']);

/** Whether a task's metric is a share (0 … 1) rather than a number in the labels' own unit. */
export const isShare = ({ loss, metric }: Pick<TaskSpec, 'loss' | 'metric'>): boolean =>
  !inUnits.has(metric ?? catalogue[loss].metrics[0] ?? '');
