import * as tf from '@tensorflow/tfjs-core';
import type { DemoBatch } from '../training-run';
import type { Rooms } from './data';
import { initialOutput, initialScales, roomTasks, taskNames, type RoomTask } from './network';
import { targetsAt, type RoomTargets } from './targets';

/** All losses are means over pixels; depth's is in metres. */
const weights: Readonly<Record<RoomTask, number>> = { segments: 1, depth: 0.5, normals: 2, edges: 1 };
/** Of the initial predictions at each scale. */
const initialWeight = 0.3;
/** What an edge counts for against a pixel that is none; the recipe's loss has the same. */
export const edgeWeight = 4;
const tiny = 1e-6;

type TaskLoss = (found: tf.Tensor) => tf.Tensor;

/** The training loss of a batch of rooms as a function of the network's outputs by name. */
export function roomsLoss(rooms: Rooms): Pick<DemoBatch, 'loss' | 'dispose'> {
  const held: tf.Tensor[] = [];
  const terms = [1, ...initialScales].flatMap((scale) => {
    const losses = lossesOn(targetsAt(rooms, scale), held);
    return taskNames.map((task) => ({
      output: scale === 1 ? task : initialOutput(task, scale),
      weight: weights[task] * (scale === 1 ? 1 : initialWeight),
      loss: losses[task],
    }));
  });
  const loss = (outputs: ReadonlyMap<string, tf.Tensor>): tf.Scalar => {
    const values = terms.map((term) => {
      const found = outputs.get(term.output);
      if (!found) throw new Error(`The network has no output ${term.output}.`);
      return tf.mul(term.loss(found), term.weight);
    });
    return tf.addN(values) as tf.Scalar;
  };
  return { loss, dispose: () => tf.dispose(held) };
}

function lossesOn(targets: RoomTargets, held: tf.Tensor[]): Readonly<Record<RoomTask, TaskLoss>> {
  const pixels = targets.count * targets.side * targets.side;
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    held.push(tensor);
    return tensor;
  };
  const classes = tf.tidy(() => {
    const labels = tf.tensor1d(Int32Array.from(targets.segments), 'int32');
    return tf.oneHot(labels, roomTasks.segments);
  });
  const segments = keep(classes);
  const depth = keep(tf.tensor2d(targets.depth, [pixels, 1]));
  const normals = keep(tf.tensor2d(targets.normals, [pixels, 3]));
  const edges = keep(tf.tensor2d(Float32Array.from(targets.edges), [pixels, 1]));
  return {
    segments: (found) => tf.losses.softmaxCrossEntropy(segments, rows(found, pixels)),
    depth: (found) => tf.mean(tf.abs(tf.sub(rows(found, pixels), depth))),
    normals: (found) => tf.mean(tf.sub(1, cosine(rows(found, pixels), normals))),
    edges: (found) => {
      const p = tf.sigmoid(rows(found, pixels));
      const missed = tf.mul(edges, tf.mul(tf.log(tf.add(p, tiny)), edgeWeight));
      const imagined = tf.mul(tf.sub(1, edges), tf.log(tf.add(tf.sub(1, p), tiny)));
      return tf.neg(tf.mean(tf.add(missed, imagined)));
    },
  };
}

const rows = (map: tf.Tensor, pixels: number): tf.Tensor => tf.reshape(map, [pixels, -1]);

/** Of rows with unit rows. */
function cosine(found: tf.Tensor, unit: tf.Tensor): tf.Tensor {
  const along = tf.sum(tf.mul(found, unit), 1);
  return tf.mul(along, tf.rsqrt(tf.add(tf.sum(tf.square(found), 1), tiny)));
}
