import type { CalibrationSet } from '../calibration/calibration';
import { runBatches, type ValueBatch } from '../engine/run-batches';
import type { Graph, Value } from '../graph/graph';
import { sampleShape } from '../session/outputs';
import type { BoundOutput } from '../session/setup';
import type { OutputValues, TaskBatch } from '../tasks/task';

/** Each task's loss of every sample, by task name. */
export type SampleLosses = ReadonlyMap<string, Float64Array>;

/** What each task reads of some of a set's samples, one batch a sample, in the order of `indices`. */
export async function readSamples(
  graph: Graph,
  set: CalibrationSet,
  tasks: readonly BoundOutput[],
  indices: readonly number[],
): Promise<ReadonlyMap<BoundOutput, readonly TaskBatch[]>> {
  const values = valuesOf(tasks);
  const read = new Map(tasks.map((task) => [task, [] as TaskBatch[]]));
  for await (const batch of runBatches(graph, pick(set, indices), values, indices.length))
    for (const [task, samples] of read) {
      const outputs = outputsOf(task, values, batch);
      for (let at = 0; at < batch.count; at++)
        samples.push({
          first: indices[batch.first + at] ?? 0,
          count: 1,
          outputs: outputs.map((output) => oneOf(output, at)),
        });
    }
  return read;
}

/** Every sample's loss in every task. Yields after each batch, so that whoever waits for the backend gets a turn. */
export async function* measureSampleLosses(
  graph: Graph,
  set: CalibrationSet,
  tasks: readonly BoundOutput[],
): AsyncGenerator<undefined, SampleLosses> {
  const values = valuesOf(tasks);
  const losses = new Map(tasks.map(({ task }) => [task.spec.name, new Float64Array(set.count)]));
  for await (const batch of runBatches(graph, set, values, set.count)) {
    const { first, count } = batch;
    for (const bound of tasks) {
      const outputs = outputsOf(bound, values, batch);
      losses.get(bound.task.spec.name)?.set(bound.task.losses({ first, count, outputs }), first);
    }
    yield undefined;
  }
  return losses;
}

/**
 * The samples whose loss rose most come first: by one task's loss, or by the sum of all tasks' rises, each over the
 * task's mean loss before, so that no task outweighs the others by its scale.
 */
export function worstFirst(before: SampleLosses, after: SampleLosses, task: string | null): number[] {
  const [some] = before.values();
  const rises = new Float64Array(some?.length ?? 0);
  for (const name of task === null ? before.keys() : [task]) {
    const [old, now] = [before.get(name), after.get(name)];
    if (!old || !now) continue;
    const mean = old.reduce((sum, loss) => sum + loss, 0) / old.length;
    const scale = mean > 0 ? mean : 1;
    rises.forEach((rise, i) => (rises[i] = rise + ((now[i] ?? 0) - (old[i] ?? 0)) / scale));
  }
  return [...rises.keys()].sort((a, b) => (rises[b] ?? 0) - (rises[a] ?? 0));
}

const valuesOf = (tasks: readonly BoundOutput[]) => [...new Set(tasks.flatMap(({ values }) => values))];

function outputsOf(
  { values }: BoundOutput,
  measured: readonly Value[],
  batch: ValueBatch,
): readonly OutputValues[] {
  return values.map((value) => ({
    sampleShape: sampleShape(value),
    data: batch.values[measured.indexOf(value)] ?? new Float32Array(),
  }));
}

function oneOf({ sampleShape, data }: OutputValues, at: number): OutputValues {
  const size = elements(sampleShape);
  return { sampleShape, data: data.subarray(at * size, (at + 1) * size) };
}

function pick({ input, sampleShape }: CalibrationSet, indices: readonly number[]) {
  const size = elements(sampleShape);
  const picked = new Float32Array(indices.length * size);
  indices.forEach((index, at) => picked.set(input.subarray(index * size, (index + 1) * size), at * size));
  return { input: picked, sampleShape };
}

const elements = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
