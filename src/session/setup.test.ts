import { describe, expect, it } from 'vitest';
import type { NamedArray } from '../calibration/calibration';
import { GraphBuilder } from '../graph/builder';
import type { Graph, ValueId } from '../graph/graph';
import { defaultSettings } from '../pruning/recipe-defaults';
import type { TaskSpec } from '../tasks/task';
import { bytes, floats } from '../tasks/testing/arrays';
import { runnableOutputs } from './outputs';
import { prepareSetup, type MeasureValues, type SetupParts } from './setup';

/** x [2] → hidden [4] → y [3], and boxes, which nothing can run. */
function network(): Graph {
  const graph = new GraphBuilder();
  const dense = (name: string, input: ValueId, shape: readonly [number, number]) => {
    const data = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => i + 1);
    const source = { tensor: `${name}.weight`, axes: [0, 1] };
    const kernel = graph.param({ name: `${name}.weight`, shape, data, role: 'weight', source });
    return graph.add({ op: 'dense', source: name, inputs: [input, kernel] });
  };
  const x = graph.input('x', [null, 2]);
  const hidden = dense('hidden', x, [2, 4]);
  const y = dense('y', hidden, [4, 3]);
  const reason = 'the studio does not know this operator.';
  const boxes = graph.add(
    { op: 'opaque', source: 'nms', sourceOp: 'NonMaxSuppression', inputs: [y], reason },
    { shape: [null, 4] },
  );
  graph.output('y', y);
  graph.output('boxes', boxes);
  return graph.build();
}

const graph = network();
const task: TaskSpec = { name: 'digit', loss: 'cross-entropy', output: 'y', labels: 'digit' };
const arrays = [floats('x', [2, 2], [1, 2, 3, 4]), bytes('digit', [2], [0, 2])];

function parts(changes: Partial<SetupParts> = {}, replaced: readonly NamedArray[] = []): SetupParts {
  return {
    artifact: { format: 'onnx', file: 'model.onnx', graph, notes: [], write: () => [] },
    calibration: {
      file: 'set.npz',
      arrays: new Map([...arrays, ...replaced].map((array) => [array.name, array])),
    },
    spec: { file: 'set.npz', input: 'x', layout: 'NHWC', scale: 1, mean: [0], std: [1], limit: null },
    tasks: [task],
    method: { ...defaultSettings, delta: 0.1, lambda: 1 },
    exclude: [],
    ...changes,
  };
}

/** Some values of the right number, that are no probabilities. */
const measure: MeasureValues = (_, __, values, count) =>
  Promise.resolve(
    values.map(({ shape }) => Float32Array.from({ length: count * (shape[1] ?? 1) }, (_, i) => i - 2)),
  );

async function problems(setup: SetupParts): Promise<string[]> {
  const found: string[] = [];
  const prepared = await prepareSetup(setup, measure, (part, name, { message }) =>
    found.push(`${part}${name === null ? '' : ` (${name})`}: ${message}`),
  );
  expect(prepared === null).toBe(found.length > 0);
  return found;
}

it('binds what fits', async () => {
  const setup = await prepareSetup(parts(), measure, (_, __, problem) => {
    throw problem;
  });
  expect(setup?.set.count).toBe(2);
  expect(
    setup?.tasks.map(({ task, values }) => [task.description, ...values.map(({ name }) => name)]),
  ).toEqual([['cross-entropy of logits over 3 classes', 'y']]);
  expect(setup?.channels.groups.filter(({ frozen }) => frozen === null).map(({ id }) => id)).toEqual([
    'hidden.weight',
  ]);
});

it('never prunes a value that a task reads', async () => {
  const tasks: TaskSpec[] = [task, { name: 'features', loss: 'agreement', output: 'hidden' }];
  expect(await problems(parts({ tasks }))).toEqual([
    expect.stringContaining('thresholds: recipe, method: No group can be pruned'),
  ]);
});

it('guesses tasks only for outputs that can be run', () => {
  expect(runnableOutputs(graph)).toEqual([{ name: 'y', sampleShape: [3] }]);
});

describe('what it finds before the run', () => {
  it('what to name where no output can be run', async () => {
    const blocked = { ...parts().artifact, graph: { ...graph, outputs: graph.outputs.slice(1) } };
    expect(await problems(parts({ artifact: blocked, tasks: [{ ...task, output: 'boxes' }] }))).toEqual([
      expect.stringMatching(/"nms".* No output can be run; name a value before the operators/),
    ]);
    expect(await problems(parts({ artifact: blocked }))).toEqual([]);
  });

  it('an output that is not there, and one that cannot be run', async () => {
    const tasks = [
      { ...task, name: 'a', output: 'z' },
      { ...task, name: 'b', output: 'boxes' },
    ];
    expect(await problems(parts({ tasks }))).toEqual([
      'tasks (a): model.onnx, task "a", output "z": the model has no such output. Choose among the outputs "y".',
      'tasks (b): model.onnx, task "b", output "boxes": it needs NonMaxSuppression ("nms"), which cannot be run. Choose among the outputs "y".',
    ]);
  });

  it('each task that does not fit, not only the first', async () => {
    const tasks = [
      { ...task, name: 'a', labels: 'left' },
      { ...task, name: 'b', labels: 'x' },
    ];
    expect(await problems(parts({ tasks }))).toEqual([
      expect.stringContaining('tasks (a): set.npz, task "a": there is no array "left" for its labels.'),
      expect.stringContaining('tasks (b): set.npz, task "b", labels "x": a sample of them is 2'),
    ]);
  });

  it('labels that are fewer than the images', async () => {
    expect(await problems(parts({}, [bytes('digit', [1], [0])]))).toEqual([
      'calibration: set.npz, array "digit": it has 1 samples, but "x" has 2. Save the same number of each, in the same order.',
    ]);
  });

  it('images that the model does not take', async () => {
    expect(await problems(parts({}, [floats('x', [2, 5], Array<number>(10).fill(0))]))).toEqual([
      expect.stringContaining('calibration: set.npz, array "x"'),
    ]);
  });

  it('thresholds that make no schedule', async () => {
    expect(await problems(parts({ method: { ...defaultSettings, delta: 2, alpha: 1 } }))).toEqual([
      expect.stringContaining('thresholds: recipe, method: alpha 1 is less than delta 2'),
    ]);
  });

  it('a recipe without tasks', async () => {
    expect(await problems(parts({ tasks: [] }))).toEqual([
      'tasks: recipe, tasks: there is no task. Add one for each output that matters.',
    ]);
  });

  it('two tasks of one name', async () => {
    expect(await problems(parts({ tasks: [task, task] }))).toEqual([
      'tasks: recipe, tasks: two tasks are called "digit". Give each task a name of its own.',
    ]);
  });
});
