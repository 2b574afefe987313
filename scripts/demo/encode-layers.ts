import * as tf from '@tensorflow/tfjs';
import type { Graph, Param, ValueId } from '../../src/graph/graph';
import type { GraphNode } from '../../src/graph/nodes';
import type { NamedBytes } from '../../src/util/files';

/**
 * The demo network as a TFJS LayersModel: `model.json` and `weights.bin`. Knows only the operators of the demo.
 *
 * @throws Error for any other operator
 */
export async function encodeLayersModel(graph: Graph): Promise<NamedBytes[]> {
  const model = toLayersModel(graph);
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved.push(artifacts);
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  model.dispose();
  const [artifacts] = saved;
  if (!artifacts?.weightData || !artifacts.weightSpecs) throw new Error('tfjs saved no weights.');
  const { modelTopology, weightSpecs, weightData, format, generatedBy } = artifacts;
  const json = {
    format,
    generatedBy,
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
  };
  return [
    { name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(json)) },
    { name: 'weights.bin', bytes: new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)) },
  ];
}

/** The same network, with a layer for each node named after it. The caller disposes it. */
function toLayersModel(graph: Graph): tf.LayersModel {
  const values = new Map<ValueId, tf.SymbolicTensor>();
  const inputs = graph.inputs.map(({ id, name, shape }) => {
    const input = tf.input({ shape: shape.slice(1), name });
    values.set(id, input);
    return input;
  });
  const read = (id: ValueId): tf.SymbolicTensor => {
    const value = values.get(id);
    if (!value) throw new Error(`${id} is not computed yet.`);
    return value;
  };
  const weights = new Map<tf.layers.Layer, Param[]>();
  const names = new Map(graph.outputs.map(({ name, value }) => [value, name]));
  for (const node of graph.nodes) {
    const params = node.inputs.flatMap((id) => graph.params.get(id) ?? []);
    const arguments_ = node.inputs.filter((id) => !graph.params.has(id)).map(read);
    const layer = toLayer(node, params, names.get(node.output) ?? node.source);
    const [first] = arguments_;
    if (!first) throw new Error(`${node.source} has no input.`);
    const padded = needsPadding(node) ? pad(node, first) : first;
    values.set(node.output, symbolic(layer.apply(arguments_.length > 1 ? arguments_ : padded)));
    if (params.length > 0) weights.set(layer, params);
  }
  const model = tf.model({ inputs, outputs: graph.outputs.map(({ value }) => read(value)) });
  for (const [layer, params] of weights) {
    const tensors = params.map(({ data, shape }) => tf.tensor(data, [...shape]));
    layer.setWeights(tensors);
    tf.dispose(tensors);
  }
  return model;
}

function toLayer(node: GraphNode, params: readonly Param[], name: string): tf.layers.Layer {
  const [kernel] = params;
  switch (node.op) {
    case 'conv2d': {
      const [height = 1, width = 1, , filters = 1] = kernel?.shape ?? [];
      const strides: [number, number] = [...node.strides];
      const kernelSize: [number, number] = [height, width];
      return tf.layers.conv2d({ name, filters, kernelSize, strides, padding: 'valid', useBias: false });
    }
    case 'batchNorm':
      return tf.layers.batchNormalization({ name, epsilon: node.epsilon, momentum: 0.95 });
    case 'dense':
      return tf.layers.dense({ name, units: kernel?.shape[1] ?? 1 });
    case 'reshape':
      return tf.layers.flatten({ name });
    case 'unary':
      if (node.fn.kind === 'relu') return tf.layers.reLU({ name });
      break;
    case 'binary':
      if (node.kind === 'add') return tf.layers.add({ name });
      break;
    default:
  }
  throw new Error(`The demo's encoder does not know ${node.op} (${node.source}).`);
}

type PaddedConv = Extract<GraphNode, { op: 'conv2d' }>;

function needsPadding(node: GraphNode): node is PaddedConv {
  return node.op === 'conv2d' && node.pads.some((size) => size > 0);
}

/** Keras' own "same" puts the odd row of a strided convolution at the other side. */
function pad(node: PaddedConv, x: tf.SymbolicTensor): tf.SymbolicTensor {
  const [top, left, bottom, right] = node.pads;
  const padding: [[number, number], [number, number]] = [
    [top, bottom],
    [left, right],
  ];
  return symbolic(tf.layers.zeroPadding2d({ name: `${node.source}.pad`, padding }).apply(x));
}

function symbolic(value: ReturnType<tf.layers.Layer['apply']>): tf.SymbolicTensor {
  if (value instanceof tf.SymbolicTensor) return value;
  throw new Error('A layer of the demo gave no symbolic tensor.');
}
