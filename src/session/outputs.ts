import { fixedBatch, type Graph, type Value, type ValueId } from '../graph/graph';
import { outputNames, type TaskSpec } from '../tasks/task';
import { InputError } from '../util/errors';

/**
 * The values a task's outputs name: model outputs, or any values in the graph.
 * @throws InputError when there is none of a name, it cannot be run, or it has no batch axis
 */
export function taskValues(graph: Graph, file: string, spec: TaskSpec): readonly Value[] {
  return outputNames(spec).map((output) => taskValue(graph, file, spec.name, output));
}

function taskValue(graph: Graph, file: string, task: string, output: string): Value {
  const place = `task "${task}", output "${output}"`;
  const runnable = graph.outputs.filter(({ value }) => !obstacle(graph, value)).map((one) => `"${one.name}"`);
  const advice =
    runnable.length > 0
      ? `Choose among the outputs ${runnable.join(', ')}.`
      : 'No output can be run; name a value before the operators that the notes on the model tell of.';
  const value = findValue(graph, output);
  if (!value) throw new InputError({ file, place, problem: 'the model has no such output.', advice });
  const opaque = obstacle(graph, value.id);
  if (opaque) {
    const problem = `it needs ${opaque.sourceOp} ("${opaque.source}"), which cannot be run.`;
    throw new InputError({ file, place, problem, advice });
  }
  if (value.shape[0] !== fixedBatch(graph)) {
    const problem = `it has no batch axis (its shape is ${value.shape.join('×') || 'a single number'}).`;
    throw new InputError({ file, place, problem, advice });
  }
  return value;
}

/**
 * The graph with the tasks' values among its outputs, so that what they hold is never pruned away.
 */
export function withOutputs(graph: Graph, values: readonly Value[]): Graph {
  const known = new Set(graph.outputs.map(({ value }) => value));
  const inner = values.filter(
    ({ id }, index) => !known.has(id) && values.findIndex((one) => one.id === id) === index,
  );
  if (inner.length === 0) return graph;
  return { ...graph, outputs: [...graph.outputs, ...inner.map(({ id, name }) => ({ name, value: id }))] };
}

/** Shape of one sample. */
export function sampleShape({ shape }: Value): number[] {
  return shape.slice(1).map((size) => size ?? 1);
}

/** The outputs that can be run, for guessing tasks. */
export function runnableOutputs(graph: Graph): { name: string; sampleShape: readonly number[] }[] {
  return graph.outputs.flatMap(({ name, value: id }) => {
    const value = graph.values.get(id);
    if (value?.shape[0] !== fixedBatch(graph) || obstacle(graph, id)) return [];
    return [{ name, sampleShape: sampleShape(value) }];
  });
}

function findValue(graph: Graph, name: string): Value | undefined {
  const output = graph.outputs.find((one) => one.name === name);
  if (output) return graph.values.get(output.value);
  return [...graph.values.values()].find((value) => value.name === name);
}

/** The first operator on the way to a value that cannot be run. */
function obstacle(graph: Graph, value: ValueId) {
  const needed = new Set([value]);
  for (const node of graph.nodes.toReversed()) {
    if (!needed.has(node.output)) continue;
    if (node.op === 'opaque') return node;
    for (const input of node.inputs) needed.add(input);
  }
  return null;
}
