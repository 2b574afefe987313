import * as tf from '@tensorflow/tfjs-core';
import { stackLabels, stackRows, type DeviceArray, type DeviceLoss } from '../../device-loss';
import { logitCrossEntropyOf } from '../../elementwise/losses-tensors';
import { layersOf } from '../../elementwise/reduce-tensors';
import { given, heldConstant, rowSums } from '../../gradient-tensors';
import { headValues } from '../head-tensors';
import { boxesOf, completeIouOf, type BoxTensors } from '../overlap-tensors';
import type { CountedScale, Match } from './matches';

/** A component's loss at one scale, of [batch, places, values] where a place is an anchor in a cell. */
interface ScaleTensors {
  readonly against: (scale: CountedScale, samples: readonly number[]) => readonly DeviceArray[];
  readonly losses: (scale: CountedScale, values: tf.Tensor3D, against: readonly tf.Tensor[]) => tf.Tensor1D;
}

/** The component's losses of all scales, added. */
export function yoloDevice(scales: readonly CountedScale[], component: keyof typeof components): DeviceLoss {
  const { against, losses } = components[component];
  return {
    against: (samples) => scales.flatMap((scale) => against(scale, samples)),
    losses: (outputs, compared) => {
      const each = compared.length / scales.length;
      const parts = scales.map((scale, index) =>
        losses(
          scale,
          headValues(given(outputs, scale.output), scale.head),
          compared.slice(index * each, (index + 1) * each),
        ),
      );
      return parts.reduce((sum, part) => tf.add(sum, part));
    },
  };
}

const placesOf = ({ head }: CountedScale): number => head.anchors * head.width * head.height;
const placeOf =
  ({ head }: CountedScale) =>
  ({ anchor, cell }: Match): number =>
    anchor * head.width * head.height + cell;

/** What stands where nothing matches. */
const noTarget = [0, 0, 1, 1] as const;

/** The matches of samples in layers in which a place is taken once: what `of` makes of them, a row each. */
function layered(scale: CountedScale, samples: readonly number[]) {
  const places = placesOf(scale);
  const known = new Map(
    samples.map((sample) => [sample, layersOf(scale.matchesOf(sample), placeOf(scale))] as const),
  );
  const layers = Math.max(1, ...[...known.values()].map(({ length }) => length));
  const rows = (numbers: readonly number[], of: (match: Match, all: number) => readonly number[]) => {
    const width = numbers.length;
    return (sample: number): Float32Array => {
      const row = Float32Array.from({ length: layers * places * width }, (_, at) => numbers[at % width] ?? 0);
      const own = known.get(sample) ?? [];
      for (const [layer, matches] of own.entries()) {
        for (const match of matches)
          row.set(of(match, own.flat().length), (layer * places + placeOf(scale)(match)) * width);
      }
      return row;
    };
  };
  return { layers, places, rows };
}

/** The predicted boxes relative to their cells, in cells. */
function predictedBoxes({ head }: CountedScale, values: tf.Tensor3D): BoxTensors {
  const cells = head.width * head.height;
  const sides = head.sizes.flatMap(([width, height]) =>
    Array.from({ length: cells }, () => [width / head.strideX, height / head.strideY]),
  );
  const raw = tf.sigmoid(tf.slice(values, [0, 0, 0], [-1, -1, 4]));
  const { x, y, width, height } = boxesOf(raw);
  const [anchorWidth, anchorHeight] = tf.unstack(tf.tensor2d(sides), 1);
  const place = (share: tf.Tensor) => tf.sub(tf.mul(share, 2), 0.5);
  const side = (share: tf.Tensor, anchor: tf.Tensor | undefined) =>
    tf.mul(tf.square(tf.mul(share, 2)), anchor ?? 1);
  return { x: place(x), y: place(y), width: side(width, anchorWidth), height: side(height, anchorHeight) };
}

const betweenLayers = ({ x, y, width, height }: BoxTensors): BoxTensors => ({
  x: tf.expandDims(x, 1),
  y: tf.expandDims(y, 1),
  width: tf.expandDims(width, 1),
  height: tf.expandDims(height, 1),
});

const epsilon = 1e-7;

const box: ScaleTensors = {
  against: (scale, samples) => {
    const { layers, places, rows } = layered(scale, samples);
    return [
      stackRows(
        samples,
        [layers, places, 4],
        rows(noTarget, ({ target }) => target),
      ),
      stackRows(
        samples,
        [layers, places],
        rows([0], (_, all) => [1 / all]),
      ),
    ];
  },
  losses: (scale, values, against) => {
    const predicted = betweenLayers(predictedBoxes(scale, values));
    const overlap = completeIouOf(predicted, boxesOf(given(against, 0)), epsilon);
    return rowSums(tf.mul(given(against, 1), tf.sub(1, overlap)));
  },
};

const objectness: ScaleTensors = {
  against: (scale, samples) => {
    const places = placesOf(scale);
    const last = (sample: number) =>
      new Map(scale.matchesOf(sample).map((match) => [placeOf(scale)(match), match]));
    const targets = (sample: number) => {
      const row = Float32Array.from({ length: places * 4 }, (_, at) => noTarget[at % 4] ?? 0);
      for (const [place, { target }] of last(sample)) row.set(target, place * 4);
      return row;
    };
    const matched = (sample: number) => {
      const row = new Float32Array(places);
      for (const place of last(sample).keys()) row[place] = 1;
      return row;
    };
    return [stackRows(samples, [places, 4], targets), stackRows(samples, [places], matched)];
  },
  losses: (scale, values, against) => {
    const overlap = completeIouOf(predictedBoxes(scale, values), boxesOf(given(against, 0)), epsilon);
    const targets = heldConstant(tf.mul(given(against, 1), tf.relu(overlap)));
    const logits = tf.squeeze(tf.slice(values, [0, 0, 4], [-1, -1, 1]), [2]);
    return tf.mul(rowSums(logitCrossEntropyOf(1)(logits, targets)), scale.balance / placesOf(scale));
  },
};

const classes: ScaleTensors = {
  against: (scale, samples) => {
    const { layers, places, rows } = layered(scale, samples);
    const count = scale.head.values - 5;
    const share = (all: number) => (count === 1 ? 0 : 1 / (all * count));
    return [
      stackLabels(
        samples,
        [layers, places],
        rows([-1], (match) => [match.class]),
      ),
      stackRows(
        samples,
        [layers, places],
        rows([0], (_, all) => [share(all)]),
      ),
    ];
  },
  losses: ({ head }, values, against) => {
    const logits = tf.expandDims(tf.slice(values, [0, 0, 5], [-1, -1, head.values - 5]), 1);
    const numbers = tf.range(0, head.values - 5, 1, 'int32');
    const answers = tf.cast(tf.equal(tf.expandDims(given(against, 0), 3), numbers), 'float32');
    const costs = tf.sum(logitCrossEntropyOf(1)(logits, answers), 3);
    return rowSums(tf.mul(given(against, 1), costs));
  },
};

const components = { box, objectness, class: classes } as const;
