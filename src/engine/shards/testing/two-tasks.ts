import type { CalibrationSet, NamedArray } from '../../../calibration/calibration';
import { analyseChannels } from '../../../graph/channels';
import { outputNames, type TaskSpec } from '../../../tasks/task';
import { bindTask } from '../../../tasks/bind';
import { measureValues } from '../../measure-values';
import { noise } from '../../testing/compare';
import { twoHeadNetwork } from '../../testing/networks';

const COUNT = 11;
const CLASSES = 5;

/** A small network on WASM with a task that has labels and one that has the unpruned model's outputs. */
export async function twoTasks() {
  const graph = twoHeadNetwork();
  const set: CalibrationSet = {
    count: COUNT,
    sampleShape: [1, 8, 8],
    input: noise(COUNT * 64, 5),
    arrays: new Map([['class', classes()]]),
  };
  const specs: readonly TaskSpec[] = [
    { name: 'left', loss: 'cross-entropy', output: 'left', labels: 'class' },
    { name: 'right', loss: 'agreement', output: 'right' },
  ];
  const values = graph.outputs.map(({ value }) => {
    const found = graph.values.get(value);
    if (!found) throw new Error('The output has no value.');
    return found;
  });
  const references = await measureValues(graph, set, values, COUNT);
  const inputs = { count: COUNT, file: 'set.npz', arrays: set.arrays };
  const tasks = specs.flatMap((spec, index) => {
    const [value, reference] = [values[index], references[index]];
    if (!value || !reference) return [];
    const output = { name: outputNames(spec).join(), sampleShape: [CLASSES], reference };
    return [
      {
        task: bindTask(spec, inputs, [output]),
        values: [value],
        binding: { spec, inputs, outputs: [output] },
      },
    ];
  });
  return { graph, channels: analyseChannels(graph), set, tasks };
}

function classes(): NamedArray {
  const data = Uint8Array.from({ length: COUNT }, (_, sample) => (sample * 3) % CLASSES);
  return { name: 'class', dtype: 'uint8', shape: [COUNT], data };
}
