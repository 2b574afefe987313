import { Random } from '../../util/random';
import type { LossName, TaskSpec } from '../task';
import { bytes, floats, type Detector } from './arrays';

/** A bound loss, and outputs of three samples to measure it on. */
export interface LossCase {
  readonly title: string;
  readonly situation: Detector;
  /** Outputs of all samples, one after the other. */
  readonly outputs: (seed: number) => readonly (readonly number[])[];
}

/** Losses that cannot be said in tensors: they follow an order of predictions, or match them. */
export const inNumbersOnly: readonly LossName[] = ['lovasz', 'roi-class', 'roi-box'];

type Draw = (random: Random, sample: readonly number[]) => number[];
type Spec = Partial<TaskSpec> & Pick<TaskSpec, 'loss'>;
const samples = 3;
const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

const logits: Draw = (random, shape) => Array.from({ length: size(shape) }, () => 2 * random.normal());
const shares: Draw = (random, shape) => Array.from({ length: size(shape) }, () => random.uniform());
const depths: Draw = (random, shape) => shares(random, shape).map((share) => 0.1 + 4 * share);
/** Probabilities of classes along the first axis. */
const distributions: Draw = (random, shape) => {
  const positions = size(shape.slice(1));
  const weights = logits(random, shape).map(Math.exp);
  const sums = Array.from({ length: positions }, (_, position) =>
    weights.filter((__, at) => at % positions === position).reduce((sum, weight) => sum + weight, 0),
  );
  return weights.map((weight, at) => weight / (sums[at % positions] ?? 1));
};
/** Boxes by their corners. */
const corners: Draw = (random, shape) =>
  shares(random, shape).map((share, at) => (at % 4 < 2 ? 5 * share : 5 + 5 * share));
const sizes: Draw = (random, shape) => shares(random, shape).map((share) => 2 + 5 * share);

interface Parts extends Omit<Detector, 'outputs'> {
  readonly samples: readonly (readonly number[])[];
  readonly draws?: readonly Draw[];
  readonly note?: string;
}

function lossCase({ samples: shapes, draws = [], note, ...rest }: Parts): LossCase {
  const outputs = (seed: number) =>
    shapes.map((shape, output) => {
      const random = Random.of(seed, output);
      const draw = draws[output] ?? draws[0] ?? logits;
      return Array.from({ length: samples }, () => draw(random, shape)).flat();
    });
  const { loss, ...options } = rest.spec;
  const words = Object.entries(options).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return {
    title: [loss, ...words, ...(note === undefined ? [] : [note])].join(', '),
    situation: {
      ...rest,
      outputs: outputs(0).map((values, output) => ({ sample: shapes[output] ?? [], values })),
    },
    outputs,
  };
}

const map = [3, 2, 2];
const classMap = bytes('labels', [samples, 2, 2], [2, 0, 255, 1, 1, 1, 0, 255, 255, 255, 255, 255]);
const mapMask = bytes('mask', [samples, 2, 2], [1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
const classes = bytes('labels', [samples], [2, 0, 1]);
const soft = floats('labels', [samples, 3], [0.2, 0.5, 0.3, 1, 0, 0, 0.1, 0.1, 0.8]);
const numbers = floats('labels', [samples, 2, 2], [0, 1, -1, 2, 0.5, 1.5, 3, -2, 1, 0, 0, 0.25]);
const answers = floats('labels', [samples, 2, 2], [0, 1, 1, 0, 1, 1, 1, 1, 0, 0.5, 0, 1]);
const yesNo = bytes('labels', [samples, 2, 2], [0, 1, 255, 0, 1, 1, 1, 1, 255, 255, 255, 255]);
const ranges = floats('labels', [samples, 2, 2], [1, 0, 3, NaN, 2, 5, 0.5, 1, 0, 0, 0, 0]);
const normal = floats(
  'labels',
  [samples, 1, 2, 3],
  [0, 0.6, 0.8, 0, 0, 0, 1, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0],
);
const joints = floats('labels', [samples, 2, 3], [5, 6, 1, 1, 1, 0, 3, 3, 1, 14, 12, 1, 0, 0, 0, 0, 0, 0]);
const boxes = floats(
  'boxes',
  [samples, 3, 4],
  [1, 2, 7, 9, 2, 3, 8, 8, 8, 8, 15, 14, 3, 3, 12, 12, ...Array<number>(20).fill(0)],
);
const objects = [boxes, floats('classes', [samples, 3], [1, 0, 1, 0, -1, -1, -1, -1, -1])];

const masked = (spec: Spec, array = numbers): Parts => ({
  spec: { labels: 'labels', mask: 'mask', ...spec },
  arrays: [array, mapMask],
  samples: [[2, 2]],
});
const detector = (spec: Spec, shapes: Parts['samples'], note?: string): Parts => ({
  spec,
  arrays: objects,
  samples: shapes,
  imageSize: [16, 16],
  ...(note === undefined ? {} : { note }),
});
const ofMap = (spec: Spec, draws: readonly Draw[] = [logits]): Parts => ({
  spec,
  arrays: [classMap],
  samples: [map],
  draws,
});
const simple = (spec: Spec, array = numbers, draws: readonly Draw[] = [logits]): Parts => ({
  spec,
  arrays: [array],
  samples: [[2, 2]],
  draws,
});
const written = (expression: string, draws: readonly Draw[] = [logits]): Parts =>
  simple({ loss: 'expression', expression }, numbers, draws);

const anchors = [
  [3, 3, 4, 6],
  [8, 8, 12, 10],
];
const yoloShapes = [
  [14, 4, 4],
  [2, 2, 14],
];
const rpnShapes = [
  [2, 4, 4],
  [8, 4, 4],
  [2, 2, 2],
  [2, 2, 8],
];
const ssdBoxes = {
  anchors: [
    [4, 4, 8, 8],
    [8, 8],
  ],
  strides: [4, 8],
};
const ssdShapes = [
  [36, 4],
  [36, 3],
];

const parts: readonly Parts[] = [
  { spec: { loss: 'cross-entropy' }, arrays: [classes], samples: [[3]] },
  { spec: { loss: 'cross-entropy', classWeights: [1, 2, 0.5] }, arrays: [classes], samples: [[3]] },
  { spec: { loss: 'cross-entropy' }, arrays: [soft], samples: [[3]], note: 'soft labels' },
  { spec: { loss: 'cross-entropy', labelSmoothing: 0.2 }, arrays: [soft], samples: [[3]], note: 'soft' },
  ofMap({ loss: 'cross-entropy', ignore: 255 }),
  ofMap({ loss: 'cross-entropy', labelSmoothing: 0.1, classWeights: [1, 2, 0.5], ignore: 255 }),
  ofMap({ loss: 'cross-entropy', reduction: 'sum', ignore: 255 }),
  { ...ofMap({ loss: 'cross-entropy', ignore: 255 }), samples: [[2, 2, 3]], note: 'channels last' },
  {
    ...ofMap({ loss: 'cross-entropy', ignore: 255, labels: 'labels', mask: 'mask' }),
    arrays: [classMap, mapMask],
  },
  { ...ofMap({ loss: 'cross-entropy', ignore: 255 }, [distributions]), note: 'probabilities' },
  {
    ...ofMap({ loss: 'cross-entropy', labelSmoothing: 0.1, ignore: 255 }, [distributions]),
    note: 'probabilities',
  },
  simple({ loss: 'binary-cross-entropy', positiveWeight: 3 }, answers),
  { ...simple({ loss: 'binary-cross-entropy' }, answers, [shares]), note: 'probabilities' },
  masked({ loss: 'binary-cross-entropy', reduction: 'sum' }, answers),
  simple({ loss: 'focal', gamma: 1.5, alpha: 0.3 }, answers),
  ofMap({ loss: 'focal', gamma: 2, classWeights: [1, 2, 0.5], ignore: 255 }),
  ofMap({ loss: 'focal', reduction: 'sum', ignore: 255 }),
  {
    spec: { loss: 'expectation', values: [10, 20, 40, 80] },
    arrays: [floats('labels', [samples], [31, 12, 70])],
    samples: [[4]],
  },
  {
    spec: { loss: 'expectation' },
    arrays: [floats('labels', [samples], [1, 0, 3])],
    samples: [[4]],
    draws: [distributions],
    note: 'probabilities',
  },
  ...(['mse', 'l1', 'smooth-l1', 'huber', 'rmse'] as const).map((loss) => masked({ loss })),
  simple({ loss: 'mse', reduction: 'sum' }),
  simple({ loss: 'smooth-l1', beta: 0.5 }),
  simple({ loss: 'huber', delta: 1.5 }),
  ofMap({ loss: 'dice', ignore: 255 }),
  { ...ofMap({ loss: 'dice', ignore: 255 }, [distributions]), note: 'probabilities' },
  simple({ loss: 'balanced-bce' }, yesNo),
  simple({ loss: 'balanced-bce', positiveWeight: 0.95, reduction: 'sum' }, yesNo),
  { ...simple({ loss: 'balanced-bce' }, yesNo, [shares]), note: 'probabilities' },
  simple({ loss: 'depth-l1' }, ranges, [depths]),
  simple({ loss: 'berhu' }, ranges, [depths]),
  simple({ loss: 'silog' }, ranges, [depths]),
  simple({ loss: 'silog', scaleInvariance: 1 }, ranges, [depths]),
  ...(['normals-cosine', 'normals-l1'] as const).flatMap((loss): Parts[] => [
    { spec: { loss }, arrays: [normal], samples: [[1, 2, 3]] },
    { spec: { loss }, arrays: [normal], samples: [[3, 1, 2]], note: 'channels first' },
  ]),
  simple({ loss: 'centernet-focal', reduction: 'sum' }, answers),
  masked({ loss: 'centernet-focal' }, answers),
  {
    spec: { loss: 'keypoint-heatmap', sigma: 1 },
    arrays: [joints],
    samples: [[2, 4, 4]],
    imageSize: [16, 16],
  },
  { spec: { loss: 'keypoint-heatmap' }, arrays: [joints], samples: [[4, 4, 2]], imageSize: [16, 16] },
  detector({ loss: 'centernet-heat' }, [
    [2, 4, 4],
    [2, 4, 4],
    [2, 4, 4],
  ]),
  detector({ loss: 'centernet-heat' }, [[4, 4, 2]], 'channels last'),
  detector({ loss: 'centernet-size', sizeUnit: 'pixels' }, [[2, 4, 4]]),
  detector({ loss: 'centernet-offset' }, [
    [2, 2, 2],
    [2, 2, 2],
    [2, 2, 2],
  ]),
  detector({ loss: 'ssd-location', ...ssdBoxes }, ssdShapes),
  detector({ loss: 'ssd-confidence', ...ssdBoxes }, ssdShapes),
  detector({ loss: 'ssd-confidence', ...ssdBoxes, scale: 0 }, ssdShapes),
  ...(['yolo-box', 'yolo-objectness', 'yolo-class'] as const).flatMap((loss): Parts[] => [
    detector({ loss, anchors }, yoloShapes),
    detector({ loss, anchors, scale: 1 }, yoloShapes),
  ]),
  {
    ...detector({ loss: 'yolo-class', anchors: [[8, 8]] }, [[6, 2, 2]], 'one class'),
    arrays: [boxes, floats('classes', [samples, 3], [0, 0, -1, -1, -1, -1, -1, -1, -1])],
  },
  ...(['rpn-objectness', 'rpn-box'] as const).flatMap((loss): Parts[] => [
    detector({ loss, anchors }, rpnShapes),
    detector({ loss, anchors, scale: 1 }, rpnShapes),
  ]),
  ...(['roi-class', 'roi-box'] as const).map((loss) =>
    detector({ loss }, [
      [3, 3],
      [3, 12],
      [3, 4],
    ]),
  ),
  ofMap({ loss: 'lovasz', ignore: 255 }),
  { spec: { loss: 'agreement' }, samples: [[4]] },
  { spec: { loss: 'agreement', mask: 'mask' }, arrays: [], samples: [[2, 2]] },
  { spec: { loss: 'agreement', compare: 'classes' }, samples: [map] },
  { spec: { loss: 'agreement' }, samples: [map], draws: [distributions], note: 'probabilities' },
  ...(['corners', 'centre'] as const).flatMap((boxFormat): Parts[] =>
    [
      [5, 4],
      [4, 5],
    ].map((shape) => ({
      spec: { loss: 'box-agreement', boxFormat },
      samples: [shape, [5, 2]],
      draws: [boxFormat === 'corners' && shape[1] === 4 ? corners : sizes, shares],
      note: shape.join('×'),
    })),
  ),
  written('mean((y - t)^2)'),
  written('sum(abs(sigmoid(y) - max(t, 0))) / 4 + max(softplus(y)) - min(tanh(y) - 1)'),
  written('mean(where(t > 0, abs(log(max(y, 0.01)) - log(t)), 0))'),
  written('max(mean(sqrt(relu(y * t))) + sum(exp(-square(y)), 1) * 2 - 1 + clip(sum(y), 0, 2))', [shares]),
  {
    spec: { loss: 'expression', expression: '-mean(pick(logsoftmax(y, 0), t, 0))' },
    arrays: [bytes('labels', [samples, 2, 2], [2, 0, 1, 1, 1, 1, 0, 2, 2, 2, 2, 0])],
    samples: [map],
  },
];

/** Every loss with its options, in small. */
export const lossCases: readonly LossCase[] = parts.map((each) => {
  const { spec, arrays = [] } = each;
  const isMasked = spec.loss === 'agreement' && spec.mask !== undefined;
  return lossCase(isMasked ? { ...each, spec: { labels: [], ...spec }, arrays: [...arrays, mapMask] } : each);
});
