import * as tf from '@tensorflow/tfjs-core';
import type { DemoBatch } from '../training-run';
import { cells, classes, canvas, type Scenes } from './scenes';
import { centerTargets } from './targets';

/** Weights of size and offset follow CenterNet (.1 and 1); its losses are sums over cells by number of objects. */
const weights = { heat: 1, size: 0.2, offset: 1, segments: 6 };
const tiny = 1e-6;

/** The training loss of a batch of scenes as a function of the network's outputs by name; dispose the targets after. */
export function detectorLoss({ count, boxes, segments }: Scenes): Pick<DemoBatch, 'loss' | 'dispose'> {
  const { heat, size, offset, present } = centerTargets(boxes);
  const objects = Math.max(1, boxes.flat().length);
  const map = [count, cells, cells] as const;
  const wanted = {
    heat: tf.tensor(heat, [...map, classes]),
    isCentre: tf.tensor(
      heat.map((value) => (value === 1 ? 1 : 0)),
      [...map, classes],
    ),
    farness: tf.tensor(
      heat.map((value) => (1 - value) ** 4),
      [...map, classes],
    ),
    size: tf.tensor(size, [...map, 2]),
    offset: tf.tensor(offset, [...map, 2]),
    present: tf.tensor(Float32Array.from(present), [...map, 1]),
    segments: tf.oneHot(tf.tensor1d(Int32Array.from(segments), 'int32'), classes + 1),
  };
  const distance = (found: tf.Tensor, target: tf.Tensor) =>
    tf.sum(tf.mul(tf.abs(tf.sub(found, target)), wanted.present));
  const loss = (outputs: ReadonlyMap<string, tf.Tensor>): tf.Scalar => {
    const read = (name: string): tf.Tensor => {
      const value = outputs.get(name);
      if (!value) throw new Error(`The network has no output ${name}.`);
      return value;
    };
    const probability = tf.sigmoid(read('heat'));
    const missed = tf.mul(wanted.isCentre, focal(probability));
    const imagined = tf.mul(wanted.farness, focal(tf.sub(1, probability)));
    const logits = tf.reshape(read('segments'), [count * canvas * canvas, classes + 1]);
    const terms = [
      tf.mul(tf.sum(tf.add(missed, imagined)), weights.heat / objects),
      tf.mul(distance(read('size'), wanted.size), weights.size / objects),
      tf.mul(distance(read('offset'), wanted.offset), weights.offset / objects),
      tf.mul(tf.losses.softmaxCrossEntropy(wanted.segments, logits), weights.segments),
    ];
    return tf.addN(terms) as tf.Scalar;
  };
  return { loss, dispose: () => tf.dispose(wanted) };
}

/** −(1 − p)² · ln p */
const focal = (p: tf.Tensor): tf.Tensor => tf.neg(tf.mul(tf.square(tf.sub(1, p)), tf.log(tf.add(p, tiny))));
