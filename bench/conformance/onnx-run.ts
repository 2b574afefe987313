import { tensor } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';
import { Executor } from '../../src/engine/executor';
import { random } from '../../src/formats/onnx/testing/agreement';
import type { Graph, GraphOutput, Value } from '../../src/graph/graph';
import type { NamedBytes } from '../../src/util/files';
import type { NamedResult } from './difference';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Numbers in [−1, 1) for each input, one sample where the batch is free. */
export function randomInputs({ inputs }: Graph): readonly NamedResult[] {
  const next = random(7);
  return inputs.map(({ name, shape }) => {
    const sizes = shape.map((dim) => dim ?? 1);
    const length = sizes.reduce((product, size) => product * size, 1);
    return { name, shape: sizes, data: Float32Array.from({ length }, () => 2 * next() - 1) };
  });
}

/** The outputs that the studio computes: nothing that it does not execute comes before them. */
export function computedOutputs({ nodes, outputs }: Graph): readonly GraphOutput[] {
  const unknown = new Set<string>();
  for (const node of nodes)
    if (node.op === 'opaque' || node.inputs.some((id) => unknown.has(id))) unknown.add(node.output);
  return outputs.filter(({ value }) => !unknown.has(value));
}

export function runGraph(
  graph: Graph,
  outputs: readonly GraphOutput[],
  inputs: readonly NamedResult[],
): readonly NamedResult[] {
  const wanted = outputs.map(({ value }) => value);
  const executor = new Executor(graph, wanted);
  const fed = new Map(graph.inputs.map(({ id, name }) => [id, asTensor(name, inputs)]));
  const results = executor.run(fed);
  const read = outputs.map(({ name }, i) => ({
    name,
    shape: results[i]?.shape ?? [],
    data: results[i]?.dataSync() ?? [],
  }));
  for (const value of [...fed.values(), ...results]) value.dispose();
  executor.dispose();
  return read;
}

function asTensor(name: Value['name'], inputs: readonly NamedResult[]) {
  const { data, shape } = named(name, inputs);
  return tensor(Float32Array.from(data), [...shape], 'float32');
}

/** What ONNX Runtime computes for the same outputs. Files beside the model hold weights. */
export async function runOnnx(
  [model, ...beside]: readonly NamedBytes[],
  outputs: readonly GraphOutput[],
  inputs: readonly NamedResult[],
): Promise<readonly NamedResult[]> {
  if (!model) throw new Error('There is no file to run.');
  const session = await ort.InferenceSession.create(model.bytes, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    externalData: beside.map(({ name, bytes }) => ({ path: name, data: bytes })),
  });
  try {
    const feeds = session.inputMetadata.map((input) => {
      const { data, shape } = named(input.name, inputs);
      return [input.name, ortTensor(input.isTensor ? input.type : 'float32', data, shape)] as const;
    });
    const names = outputs.map(({ name }) => name);
    const results = await session.run(Object.fromEntries(feeds), names);
    return names.map((name) => ({
      name,
      shape: results[name]?.dims ?? [],
      data: Float64Array.from(results[name]?.data as ArrayLike<number>, Number), // the graph computes no text
    }));
  } finally {
    await session.release();
  }
}

function ortTensor(type: string, data: ArrayLike<number>, shape: readonly number[]): ort.Tensor {
  if (type === 'int64') return new ort.Tensor(type, BigInt64Array.from(Array.from(data, whole)), shape);
  if (type === 'int32') return new ort.Tensor(type, Int32Array.from(data), shape);
  if (type === 'uint8') return new ort.Tensor(type, Uint8Array.from(data), shape);
  return new ort.Tensor('float32', Float32Array.from(data), shape);
}

const whole = (value: number) => BigInt(Math.trunc(value));

function named(name: string, all: readonly NamedResult[]): NamedResult {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`There is no input ${name}.`);
  return found;
}
