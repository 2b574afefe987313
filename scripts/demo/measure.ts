import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { NamedArray } from '../../src/calibration/calibration';
import { Executor } from '../../src/engine/executor';
import { readModel } from '../../src/formats';
import { graphMacs, graphParams } from '../../src/graph/cost';
import type { Graph, Value } from '../../src/graph/graph';
import { bindTask } from '../../src/tasks/bind';
import { outputNames, type OutputValues, type TaskSpec } from '../../src/tasks/task';

/** Images with the arrays that tasks name, as a calibration file holds them. */
export interface DemoSet {
  readonly count: number;
  /** uint8, count × height × width × channels; networks take it divided by 255. */
  readonly x: NamedArray;
  readonly labels: readonly NamedArray[];
}

export interface TaskFigures {
  readonly loss: number;
  /** By the name of the metric. */
  readonly [metric: string]: number;
}

const batchSize = 20;
/** Samples from which a task tells how to read its outputs. */
const referenceCount = 20;

/** Each task's loss and metric over the set, on the current backend; the graph may be channels first or last. */
export function measureTasks(
  graph: Graph,
  set: DemoSet,
  tasks: readonly TaskSpec[],
): Readonly<Record<string, TaskFigures>> {
  const outputs = runAll(graph, set);
  return Object.fromEntries(tasks.map((spec) => [spec.name, figuresOf(spec, set, outputs)]));
}

/** Prints what models achieve on the sets. */
export function reportModels(
  paths: readonly string[],
  sets: Readonly<Record<string, DemoSet>>,
  tasks: readonly TaskSpec[],
): void {
  for (const path of paths) {
    const { graph } = readModel([{ name: basename(path), bytes: readFileSync(path) }]);
    const [macs, params] = [graphMacs(graph) / 1e6, graphParams(graph) / 1e3];
    console.log(`${path}: ${macs.toFixed(2)} M MACs, ${params.toFixed(1)} k params`);
    for (const [name, set] of Object.entries(sets))
      for (const [task, figures] of Object.entries(measureTasks(graph, set, tasks)))
        console.log(`  ${name}, ${task}:`, figures);
  }
}

function figuresOf(spec: TaskSpec, set: DemoSet, all: ReadonlyMap<string, OutputValues>): TaskFigures {
  const used = outputNames(spec).map((name) => {
    const values = all.get(name);
    if (!values) throw new Error(`The network has no output ${name}.`);
    return { name, ...values };
  });
  const task = bindTask(
    spec,
    {
      count: set.count,
      file: 'the set',
      arrays: new Map(set.labels.map((array) => [array.name, array])),
      imageSize: set.x.shape.slice(1, 3),
    },
    used.map(({ name, sampleShape, data }) => ({
      name,
      sampleShape,
      reference: data.slice(0, Math.min(referenceCount, set.count) * elements(sampleShape)),
    })),
  );
  const whole = { first: 0, count: set.count, outputs: used };
  const loss = task.losses(whole).reduce((sum, value) => sum + value, 0) / set.count;
  const { metric } = task;
  return metric ? { loss, [metric.name]: metric.value(metric.tally(whole)) } : { loss };
}

function runAll(graph: Graph, set: DemoSet): ReadonlyMap<string, OutputValues> {
  const [input] = graph.inputs;
  if (!input) throw new Error('The graph has no input.');
  const executor = new Executor(
    graph,
    graph.outputs.map(({ value }) => value),
  );
  const gathered = graph.outputs.map(({ name, value }) => {
    const sampleShape = (graph.values.get(value)?.shape ?? []).slice(1).map((dim) => dim ?? 1);
    return { name, sampleShape, data: new Float32Array(set.count * elements(sampleShape)) };
  });
  for (let first = 0; first < set.count; first += batchSize) {
    const x = imageBatch(set.x, input, first, Math.min(batchSize, set.count - first));
    const results = executor.run(new Map([[input.id, x]]));
    results.forEach((result, index) => {
      const output = gathered[index];
      output?.data.set(result.dataSync<'float32'>(), first * elements(output.sampleShape));
    });
    tf.dispose([x, ...results]);
  }
  executor.dispose();
  return new Map(gathered.map((output) => [output.name, output]));
}

/** Images as a channels-last network wants them, 0 … 1; all, or some from the first on. */
export function imageTensor({ data, shape }: NamedArray, first = 0, count = shape[0] ?? 0): tf.Tensor {
  const sample = shape.slice(1);
  const size = elements(sample);
  const part = data.subarray(first * size, (first + count) * size);
  return tf.tensor(
    Float32Array.from(part, (value) => value / 255),
    [count, ...sample],
  );
}

function imageBatch(images: NamedArray, input: Value, first: number, count: number): tf.Tensor {
  const channelsLast = input.shape[1] === images.shape[1] && input.shape.at(-1) === images.shape.at(-1);
  return tf.tidy(() => {
    const x = imageTensor(images, first, count);
    return channelsLast ? x : tf.transpose(x, [0, 3, 1, 2]);
  });
}

const elements = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
