import * as tf from '@tensorflow/tfjs-core';
import { Executor } from '../../../src/engine/executor';
import type { Graph } from '../../../src/graph/graph';
import { averagePrecision, centerBoxes, type Detection } from './detections';
import { canvas, classes, type Scenes } from './scenes';
import { outputs } from './network';

const batchSize = 50;

export interface DetectorFigures {
  /** Mean over digits of the average precision at an intersection over union of .5. */
  readonly map50: number;
  /** Mean over background and digits of pixels shared / pixels of either. */
  readonly meanIoU: number;
}

/** What the graph achieves on the scenes, on the current backend; outputs may be channels first or last. */
export function measureDetector(graph: Graph, scenes: Scenes): DetectorFigures {
  const [input] = graph.inputs;
  if (!input) throw new Error('The graph has no input.');
  const values = outputs.map((name) => graph.outputs.find((output) => output.name === name)?.value ?? '');
  const executor = new Executor(graph, values);
  const detections: Detection[] = [];
  const confusion = new Confusion(classes + 1);
  for (let first = 0; first < scenes.count; first += batchSize) {
    const count = Math.min(batchSize, scenes.count - first);
    const x = sceneBatch(scenes, first, count, input.shape);
    const results = executor.run(new Map([[input.id, x]]));
    const [heat, size, offset, segments] = results.map(channelsLast);
    if (!heat || !size || !offset || !segments) throw new Error('The graph lacks an output.');
    for (let scene = 0; scene < count; scene++)
      detections.push(...centerBoxes(heat, size, offset, scene, first + scene));
    confusion.add(segments, scenes.segments.subarray(first * canvas * canvas));
    tf.dispose([x, ...results]);
  }
  executor.dispose();
  return { map50: averagePrecision(detections, scenes.boxes, classes), meanIoU: confusion.meanIoU() };
}

/** Scenes as the network wants them, 0 … 1; with one channel NHWC and NCHW are the same numbers. */
export function sceneBatch(
  { images }: Scenes,
  first: number,
  count: number,
  shape: readonly (number | null)[],
): tf.Tensor {
  const size = canvas * canvas;
  const pixels = images.subarray(first * size, (first + count) * size);
  return tf.tensor(
    Float32Array.from(pixels, (value) => value / 255),
    shape.map((dim) => dim ?? count),
  );
}

function channelsLast(output: tf.Tensor): Float32Array {
  const [, second, third] = output.shape;
  const isLast = second === third;
  const ordered = isLast ? output : tf.transpose(output, [0, 2, 3, 1]);
  const data = Float32Array.from(ordered.dataSync());
  if (!isLast) ordered.dispose();
  return data;
}

class Confusion {
  readonly #classes: number;
  readonly #shared: Float64Array;
  readonly #found: Float64Array;
  readonly #true: Float64Array;

  constructor(count: number) {
    this.#classes = count;
    this.#shared = new Float64Array(count);
    this.#found = new Float64Array(count);
    this.#true = new Float64Array(count);
  }

  add(logits: Float32Array, labels: Uint8Array): void {
    const count = this.#classes;
    for (let pixel = 0; pixel * count < logits.length; pixel++) {
      let best = 0;
      for (let each = 1; each < count; each++)
        if ((logits[pixel * count + each] ?? 0) > (logits[pixel * count + best] ?? 0)) best = each;
      const label = labels[pixel] ?? 0;
      increase(this.#found, best);
      increase(this.#true, label);
      if (best === label) increase(this.#shared, label);
    }
  }

  meanIoU(): number {
    const parts = [...this.#shared].map((shared, index) => {
      const either = (this.#found[index] ?? 0) + (this.#true[index] ?? 0) - shared;
      return either === 0 ? 1 : shared / either;
    });
    return parts.reduce((sum, part) => sum + part, 0) / parts.length;
  }
}

function increase(counts: Float64Array, index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}
