import * as tf from '@tensorflow/tfjs-core';
import { Executor } from '../../src/engine/executor';
import type { Graph } from '../../src/graph/graph';
import { canvas, type Pairs } from './multi-mnist';
import { classes, tasks, type Task } from './network';

const batchSize = 250;

export interface TaskFigures {
  /** Share of the pairs whose digit is recognised. */
  readonly accuracy: number;
  /** Mean cross-entropy. */
  readonly loss: number;
}

/** What the graph achieves on the pairs, on the current backend. */
export function measure(graph: Graph, pairs: Pairs): Record<Task, TaskFigures> {
  const [input] = graph.inputs;
  if (!input) throw new Error('The graph has no input.');
  const outputs = tasks.map((task) => graph.outputs.find(({ name }) => name === task)?.value ?? '');
  const executor = new Executor(graph, outputs);
  const scores = { left: new Score(pairs.left), right: new Score(pairs.right) };

  for (let first = 0; first < pairs.count; first += batchSize) {
    const count = Math.min(batchSize, pairs.count - first);
    const x = imageBatch(pairs, first, count, input.shape);
    const results = executor.run(new Map([[input.id, x]]));
    tasks.forEach((task, index) => {
      const logits = results[index]?.dataSync();
      if (logits) scores[task].add(Float32Array.from(logits));
    });
    tf.dispose([x, ...results]);
  }
  executor.dispose();
  return { left: scores.left.figures(), right: scores.right.figures() };
}

/** Pairs as the network wants them, 0 … 1; with one channel NHWC and NCHW are the same numbers. */
export function imageBatch(
  pairs: Pairs,
  first: number,
  count: number,
  shape: readonly (number | null)[],
): tf.Tensor {
  const size = canvas * canvas;
  const pixels = pairs.images.subarray(first * size, (first + count) * size);
  return tf.tensor(
    Float32Array.from(pixels, (ink) => ink / 255),
    shape.map((dim) => dim ?? count),
  );
}

class Score {
  readonly #labels: Int32Array;
  #seen = 0;
  #hits = 0;
  #loss = 0;

  constructor(labels: Int32Array) {
    this.#labels = labels;
  }

  add(logits: Float32Array): void {
    for (let start = 0; start < logits.length; start += classes) {
      const row = logits.subarray(start, start + classes);
      const label = this.#labels[this.#seen++] ?? 0;
      const highest = Math.max(...row);
      const sum = row.reduce((total, logit) => total + Math.exp(logit - highest), 0);
      if (row.indexOf(highest) === label) this.#hits++;
      this.#loss += highest + Math.log(sum) - (row[label] ?? 0);
    }
  }

  figures(): TaskFigures {
    return { accuracy: this.#hits / this.#seen, loss: this.#loss / this.#seen };
  }
}
