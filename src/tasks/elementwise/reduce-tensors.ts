import * as tf from '@tensorflow/tfjs-core';
import { stackRows, type DeviceLoss } from '../device-loss';
import { given, rowSums } from '../gradient-tensors';
import type { ElementTensors } from './losses-tensors';
import { countElements, type ElementTargets } from './reduce';

/** What a sample's elements are compared with, and what each counts: a weight each, or one for all. */
export interface WeightedTargets {
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

/**
 * A weighted sum over a sample's elements. Elements that do not count must have the weight 0 and a finite target: they
 * are as if they were right. Several layers, as many as needed, let an element have several targets.
 *
 * @param elements of a sample
 * @param read makes the outputs one tensor of `elements` a sample
 */
export function weightedLoss(
  elements: number,
  layersOf: (sample: number) => readonly WeightedTargets[],
  loss: ElementTensors,
  read: (outputs: readonly tf.Tensor[]) => tf.Tensor = (outputs) => given(outputs, 0),
): DeviceLoss {
  return {
    against: (samples) => {
      const known = new Map(samples.map((sample) => [sample, layersOf(sample)]));
      const all = [...known.values()];
      const layers = Math.max(1, ...all.map(({ length }) => length));
      const each = Math.max(1, ...all.flat().map(({ weights }) => weights.length));
      const rows = (width: number, of: (layer: WeightedTargets) => Float32Array) =>
        stackRows(samples, [layers, width], (sample) => {
          const row = new Float32Array(layers * width);
          known.get(sample)?.forEach((layer, index) => row.set(of(layer), index * width));
          return row;
        });
      return [rows(elements, ({ targets }) => targets), rows(each, ({ weights }) => weights)];
    },
    losses: (outputs, against) => {
      const [targets, weights] = [given(against, 0), given(against, 1)];
      const [batch = 1, layers = 1] = targets.shape;
      const own = tf.reshape(read(outputs), [batch, 1, elements]);
      const values = layers === 1 ? own : tf.add(own, tf.zerosLike(targets));
      const counts = weights.shape[2] === elements;
      const compared = counts ? tf.where(tf.notEqual(weights, 0), values, targets) : values;
      return rowSums(tf.mul(weights, loss(compared, targets)));
    },
  };
}

/** The sum or mean over a sample's elements that are not masked out. */
export function elementwiseDeviceLoss(
  over: ElementTargets,
  reduction: 'mean' | 'sum',
  loss: ElementTensors,
): DeviceLoss {
  const { elements, targets, mask } = over;
  const layersOf = (sample: number) => {
    const counted = reduction === 'sum' ? 1 : countElements(over, sample);
    const counts = (element: number) => (mask && mask.at(sample, element) === 0 ? 0 : 1 / counted);
    return [
      {
        targets: Float32Array.from({ length: elements }, (_, element) => targets.at(sample, element)),
        weights: Float32Array.from({ length: mask ? elements : 1 }, (_, element) => counts(element)),
      },
    ];
  };
  return weightedLoss(elements, layersOf, loss);
}

/** An element with its target. */
export interface Hit {
  readonly at: number;
  readonly target: number;
}

/** Few elements of a sample that count, all the same. */
export function hitTargets(elements: number, hits: readonly Hit[], weight: number): WeightedTargets[] {
  return layersOf(hits, ({ at }) => at).map((layer) => {
    const [targets, weights] = [new Float32Array(elements), new Float32Array(elements)];
    for (const { at, target } of layer) [targets[at], weights[at]] = [target, weight];
    return { targets, weights };
  });
}

/** Deals out what may share a place to layers in which each place is taken once at most. */
export function layersOf<T>(hits: readonly T[], place: (hit: T) => number): T[][] {
  const layers: Map<number, T>[] = [];
  for (const hit of hits) {
    const free = layers.find((layer) => !layer.has(place(hit))) ?? new Map<number, T>();
    if (!layers.includes(free)) layers.push(free);
    free.set(place(hit), hit);
  }
  return layers.map((layer) => [...layer.values()]);
}
