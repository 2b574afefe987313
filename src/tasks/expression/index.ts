import { alignElements, elementCount, squeeze } from '../alignment';
import { labelArrays, sampleOf, taskError, type Binding } from '../arrays';
import type { TaskKind, Values } from '../kind';
import { drawValues } from '../agreement/draw';
import { Lookup } from '../lookup';
import { labelNames } from '../task';
import { compile, type Program } from './compile';
import { leaf, type Node } from './node';
import { FormulaError, parseFormula } from './parse';
import { programDevice, type LabelLeaf } from './program-tensors';

/** Puts what belongs to a sample into a leaf. */
type Fill = (sample: number, outputs: readonly Values[]) => void;

/**
 * A loss that a person writes, as a formula of outputs (`y`, or `y1`, `y2` … in the order of the task, or by name) and labels
 * (`t`, or `t1`, `t2` …), of one sample at a time. Values below 0 count as 0. The gradient is found by going back through
 * the formula.
 */
export function expressionTask(binding: Binding): TaskKind {
  const { expression } = binding.spec;
  if (expression === undefined) {
    throw taskError(binding, ', expression', 'it is missing.', 'Give a formula, e.g. "mean((y - t)^2)".');
  }
  const { outputs, labels, names, fills } = leaves(binding);
  const program = compileFor(binding, expression, names);
  const run = (sample: number, values: readonly Values[]) => {
    for (const fill of fills) fill(sample, values);
    for (const each of program.nodes) each.forward();
    return program.result.value[0] ?? NaN;
  };
  const { reference, sampleShape } = binding.outputs[0] ?? { reference: new Float32Array(), sampleShape: [] };
  const size = elementCount(sampleShape);
  checkReference(binding, run);
  return {
    description: `the formula ${expression}`,
    loss: (sample, values, slopes) => {
      const loss = run(sample, values);
      if (slopes && loss > 0) addSlopes(program, outputs, slopes);
      return loss < 0 ? 0 : loss;
    },
    device: programDevice(program, outputs, labels),
    metric: null,
    draw: (sample, [output = new Float32Array()]) =>
      drawValues(squeeze(sampleShape), reference.subarray(sample * size, (sample + 1) * size), output),
  };
}

function addSlopes({ nodes, result }: Program, outputs: readonly Node[], slopes: readonly Values[]) {
  for (const each of [...outputs, ...nodes]) each.slope.fill(0);
  result.slope[0] = 1;
  for (const each of nodes.toReversed()) each.backward();
  for (const [index, output] of outputs.entries()) {
    const gradient = slopes[index];
    output.slope.forEach((slope, at) => {
      if (gradient) gradient[at] = (gradient[at] ?? 0) + slope;
    });
  }
}

function leaves(binding: Binding) {
  const names = new Map<string, Node>();
  const fills: Fill[] = [];
  const labels: LabelLeaf[] = [];
  const outputs = binding.outputs.map(({ name, sampleShape }, index) => {
    const own = leaf(sampleShape);
    fills.push((_, values) => own.value.set(values[index] ?? []));
    give(names, own, 'y', name, index, binding.outputs.length);
    return own;
  });
  const given = labelNames(binding.spec).length;
  const arrays = given === 0 ? [] : labelArrays(binding, given);
  for (const [index, array] of arrays.entries()) {
    const shape = sampleOf(array);
    const like = outputs.find((output) => alignElements(output.shape, shape, false));
    const order = like && alignElements(like.shape, shape, false);
    const own = leaf(like?.shape ?? shape);
    const lookup = new Lookup(array, order ?? Int32Array.from(own.value.keys()));
    const valuesOf = (sample: number) => own.value.map((_, at) => lookup.at(sample, at));
    fills.push((sample) => own.value.set(valuesOf(sample)));
    labels.push({ leaf: own, valuesOf });
    give(names, own, 't', array.name, index, arrays.length);
  }
  return { outputs, labels, names, fills };
}

/** A leaf is known by its number, by its own name and, where it is the only one, by the letter. */
function give(
  names: Map<string, Node>,
  own: Node,
  letter: string,
  name: string,
  index: number,
  count: number,
) {
  names.set(`${letter}${index + 1}`, own);
  if (count === 1) names.set(letter, own);
  if (/^[A-Za-z_]\w*$/.test(name) && !names.has(name)) names.set(name, own);
}

function compileFor(binding: Binding, expression: string, names: ReadonlyMap<string, Node>): Program {
  try {
    return compile(parseFormula(expression), names);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    throw taskError(binding, `, expression, column ${error.at}`, error.message, error.advice);
  }
}

/** A formula must make a loss of what the unpruned model gives. */
function checkReference(binding: Binding, run: (sample: number, outputs: readonly Values[]) => number) {
  const sizes = binding.outputs.map(({ sampleShape }) => elementCount(sampleShape));
  const samples = Math.min(
    binding.inputs.count,
    ...binding.outputs.map(({ reference }, index) => reference.length / (sizes[index] ?? 1)),
  );
  for (let sample = 0; sample < samples; sample++) {
    const outputs = binding.outputs.map(({ reference }, index) => {
      const size = sizes[index] ?? 1;
      return reference.subarray(sample * size, (sample + 1) * size);
    });
    const loss = run(sample, outputs);
    if (loss >= 0 && loss < Infinity) continue;
    throw taskError(
      binding,
      ', expression',
      `it gives ${loss} for sample ${sample} (counted from 0) of the unpruned model.`,
      'A loss is a number of 0 or more; use abs, a square, or clip the argument of log.',
    );
  }
}
