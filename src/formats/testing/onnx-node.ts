import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { tensor, type Tensor as TfTensor } from '@tensorflow/tfjs-core';
import { ModelProtoSchema, TensorProtoSchema, type TensorProto } from 'onnx-buf';
import { readFileSync, readdirSync } from 'node:fs';
import type { Dim } from '../../graph/graph';
import { Executor } from '../../engine/executor';
import { InputError } from '../../util/errors';
import { decodeModel } from '../onnx/proto';
import { readOnnx, type OnnxReading } from '../onnx/reader';
import { decodeTensor, type DecodedTensor } from '../onnx/tensors';

export interface NodeCase {
  readonly case: string;
  readonly ops: readonly string[];
  readonly opset: number;
}

export interface CaseResult {
  readonly case: string;
  readonly status: 'pass' | 'fail' | 'unsupported';
  /** Largest difference over the scale of the output, of the ways it was run. */
  readonly error: number | null;
  readonly reason: string;
}

/** How a case's model is read: which inputs are made weights, and whether a fixed batch size is kept. */
interface Way {
  readonly weights: 'none' | 'all but the first' | 'all';
  readonly literalBatch: boolean;
}

const WAYS: readonly Way[] = (['none', 'all but the first', 'all'] as const).flatMap((weights) =>
  [false, true].map((literalBatch) => ({ weights, literalBatch })),
);

/**
 * Runs a case of the ONNX backend's node tests: `model.onnx` and `test_data_set_0/{input,output}_N.pb`. It passes
 * when no way of reading it gives a wrong answer and one gives the right one. Needs a tfjs backend.
 */
export function runNodeCase(folder: string, name: string): CaseResult {
  const outcomes = WAYS.map((way) => runOneWay(`${folder}/${name}`, way));
  const wrong = outcomes.find(({ status }) => status === 'fail');
  const right = outcomes.find(({ status }) => status === 'pass');
  const chosen = wrong ?? right ?? outcomes[0] ?? { status: 'unsupported', error: null, reason: '' };
  return { case: name, ...chosen };
}

type Outcome = Pick<CaseResult, 'status' | 'error' | 'reason'>;

function runOneWay(folder: string, way: Way): Outcome {
  try {
    const inputs = dataSet(folder, 'input');
    const expected = dataSet(folder, 'output').map(decoded);
    const bytes = withWeights(readFileSync(`${folder}/model.onnx`), inputs, way.weights);
    const reading = readOnnx({ name: 'model.onnx', bytes }, [], { literalBatch: way.literalBatch });
    if (reading.notes.length > 0)
      return { status: 'unsupported', error: null, reason: reading.notes.join(' ') };
    return compare(run(reading, inputs.map(decoded)), expected, way);
  } catch (error) {
    const status = error instanceof InputError ? 'unsupported' : 'fail';
    return { status, error: null, reason: `${describe(way)}: ${String(error)}` };
  }
}

function describe({ weights, literalBatch }: Way): string {
  return `inputs as weights: ${weights}; batch ${literalBatch ? 'kept' : 'free'}`;
}

/** Gives inputs of the model their values, as if they had been exported with it. */
function withWeights(bytes: Uint8Array, inputs: readonly TensorProto[], which: Way['weights']): Uint8Array {
  if (which === 'none') return bytes;
  const { proto, graph } = decodeModel({ name: 'model.onnx', bytes });
  const first = which === 'all' ? 0 : 1;
  graph.input.forEach(({ name }, i) => {
    const value = inputs[i];
    if (i >= first && value) graph.initializer.push(create(TensorProtoSchema, { ...value, name }));
  });
  graph.input = graph.input.slice(0, first);
  return toBinary(ModelProtoSchema, proto);
}

function run(reading: OnnxReading, inputs: readonly DecodedTensor[]): DecodedTensor[] {
  const { graph, tensors } = reading;
  const batch = inputs[0]?.shape[0] ?? 1;
  const computed = graph.outputs.filter(({ name }) => tensors.get(name)?.kind === 'activation');
  const executor = new Executor(
    graph,
    computed.map(({ value }) => value),
  );
  const known = new Map<string, TfTensor>(
    graph.inputs.map(({ id }, i) => {
      const value = inputs[i];
      if (!value) throw new Error(`The case has no input ${i}.`);
      return [id, tensor(Float32Array.from(value.data), [...value.shape], 'float32')];
    }),
  );
  const results = executor.run(known);
  const byName = new Map(
    computed.map(({ name }, i) => {
      const result = results[i];
      return [name, { shape: result?.shape ?? [], type: 1, data: result?.dataSync() ?? [] }];
    }),
  );
  for (const value of [...known.values(), ...results]) value.dispose();
  executor.dispose();
  return graph.outputs.map(({ name }) => {
    const constant = tensors.get(name);
    if (constant?.kind === 'constant')
      return { ...constant, data: Float64Array.from(constant.data, (value: Dim) => value ?? batch) };
    const found = byName.get(name);
    if (!found) throw new Error(`The output ${name} was not computed.`);
    return { ...found, data: Float32Array.from(found.data) };
  });
}

const ABSOLUTE = 1e-5;
const RELATIVE = 1e-3;

function compare(results: readonly DecodedTensor[], expected: readonly DecodedTensor[], way: Way): Outcome {
  let worst = 0;
  for (const [i, wanted] of expected.entries()) {
    const found = results[i];
    if (found?.shape.join() !== wanted.shape.join())
      return {
        status: 'fail',
        error: null,
        reason: `${describe(way)}: shape [${found?.shape.join(', ') ?? ''}] instead of [${wanted.shape.join(', ')}]`,
      };
    const scale = Math.max(1e-30, ...Array.from(wanted.data, (value) => Math.abs(value)));
    for (const [k, right] of wanted.data.entries()) {
      const value = found.data[k] ?? NaN;
      if (Object.is(value, right) || value === right) continue;
      const error = Math.abs(value - right);
      worst = Math.max(worst, error / scale);
      if (!(error <= ABSOLUTE + RELATIVE * Math.abs(right)))
        return {
          status: 'fail',
          error: worst,
          reason: `${describe(way)}: element ${k} is ${value} instead of ${right}`,
        };
    }
  }
  return { status: 'pass', error: worst, reason: '' };
}

function dataSet(folder: string, kind: 'input' | 'output'): TensorProto[] {
  const data = `${folder}/test_data_set_0`;
  return readdirSync(data)
    .filter((file) => file.startsWith(`${kind}_`) && file.endsWith('.pb'))
    .sort((a, b) => numberIn(a) - numberIn(b))
    .map((file) => fromBinary(TensorProtoSchema, readFileSync(`${data}/${file}`)));
}

function numberIn(file: string): number {
  return Number(/\d+/.exec(file)?.[0] ?? 0);
}

function decoded(tensor: TensorProto): DecodedTensor {
  const result = decodeTensor(tensor, () => new Uint8Array());
  if (result === null || 'problem' in result) throw new Error(`The tensor ${tensor.name} cannot be read.`);
  return result;
}

/** Counts by operator: passed, failed, unsupported. */
export function summary(
  results: readonly { readonly ops: readonly string[]; readonly status: string }[],
): string {
  const byOp = new Map<string, [number, number, number]>();
  for (const { ops, status } of results)
    for (const op of ops) {
      const counts = byOp.get(op) ?? [0, 0, 0];
      byOp.set(op, counts);
      counts[status === 'pass' ? 0 : status === 'fail' ? 1 : 2]++;
    }
  const lines = [...byOp].sort(([a], [b]) => a.localeCompare(b));
  return lines
    .map(([op, [pass, fail, unsupported]]) =>
      [op.padEnd(28), `${pass} passed`, `${fail} failed`, `${unsupported} unsupported`].join('  '),
    )
    .join('\n');
}
