import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto, type TensorProto } from 'onnx-buf';
import type { ChannelMap, KeepLists } from '../../../graph/channel-types';
import type { Graph, Shape } from '../../../graph/graph';
import type { NamedBytes } from '../../../util/files';
import { changedTensors } from '../../changed-tensors';
import { ConstantReader } from '../constants';
import { externalReader, findBeside } from '../external';
import { unpermuted } from '../layout';
import { namesRead } from '../order';
import { openModel, type OnnxReading } from '../reader';
import { isExternal } from '../tensors';
import { Evaluator } from './evaluate';
import { rewriteNode } from './nodes';
import { Patch } from './patch';
import { sliceScales } from './scales';
import { updateValueInfo } from './value-info';
import { sliceWeights, tensorSlices } from './weights';

export interface Pruning {
  readonly channels: ChannelMap;
  readonly keep: KeepLists;
  readonly sliced: Graph;
}

const INPUTS_LIST_WEIGHTS_BEFORE = 4n;

/**
 * The model as it was brought, with the removed channels cut out of its weights and of the attributes and operands
 * that count them. With nothing removed it is the same bytes.
 */
export function writeOnnx(
  model: NamedBytes,
  files: readonly NamedBytes[],
  reading: OnnxReading,
  pruning: Pruning,
): NamedBytes[] {
  const slices = tensorSlices(reading.graph, pruning.channels, pruning.keep);
  const changed = changedTensors(reading.graph, pruning.channels, pruning.keep, pruning.sliced);
  if (slices.size + changed.size === 0)
    return [model, ...externalFiles(model, files, openModel(model, reading.branches).graph)];
  const external = externalReader(model, files);
  const before = openModel(model, reading.branches);
  const { proto, graph, opset } = openModel(model, reading.branches);
  sliceScales(graph, slices, external);
  sliceWeights(graph, slices, changed, external);

  const shapes = { old: shapesIn(reading, reading.graph), new: shapesIn(reading, pruning.sliced) };
  const evaluator = (of: GraphProto, shapeOf: (name: string) => Shape | undefined) => {
    const found = new Evaluator(of, opset, new ConstantReader(model.name, of, external), shapeOf);
    return (name: string) => found.constant(name);
  };
  const constants = { old: evaluator(before.graph, shapes.old), new: evaluator(graph, shapes.new) };
  const patch = new Patch(graph, proto.irVersion < INPUTS_LIST_WEIGHTS_BEFORE);
  const { tensors, fixedBatch } = reading;
  const rewriting = {
    opset,
    fixedBatch,
    patch,
    original: reading.graph,
    sliced: pruning.sliced,
    tensors,
    shapes,
    constants,
  };
  for (const node of graph.node) rewriteNode(node, rewriting);
  dropReplaced(graph, before.graph);
  updateValueInfo(graph, shapes.new, (name) => constants.old(name) === undefined);
  return [
    { name: model.name, bytes: toBinary(ModelProtoSchema, proto) },
    ...externalFiles(model, files, graph),
  ];
}

/** Takes out the operands that a rewritten node read and nothing reads any more. */
function dropReplaced(graph: GraphProto, before: GraphProto): void {
  const read = (of: GraphProto) =>
    new Set([...of.node.flatMap(namesRead), ...of.output.map(({ name }) => name)]);
  const [then, now] = [read(before), read(graph)];
  const stays = ({ name }: { readonly name: string }) => now.has(name) || !then.has(name);
  const held = new Set(graph.initializer.map(({ name }) => name));
  graph.initializer = graph.initializer.filter(stays);
  graph.input = graph.input.filter((input) => !held.has(input.name) || stays(input));
}

/** Shapes of the file's computed values in its own axis order, as a graph has them. */
function shapesIn({ tensors }: OnnxReading, graph: Graph): (name: string) => Shape | undefined {
  return (name) => {
    const tensor = tensors.get(name);
    const made = tensor?.kind === 'activation' ? tensor.arrangements[0] : undefined;
    const shape = made && graph.values.get(made.id)?.shape;
    return made && shape && unpermuted(shape, made.perm);
  };
}

/** The files beside the model that it still takes weights from. */
function externalFiles(model: NamedBytes, files: readonly NamedBytes[], graph: GraphProto): NamedBytes[] {
  const locations = graph.initializer.filter(isExternal).map(locationOf);
  const found = [...new Set(locations)].flatMap((location) => findBeside(model, files, location) ?? []);
  return [...new Set(found)];
}

function locationOf(tensor: TensorProto): string {
  return tensor.externalData.find(({ key }) => key === 'location')?.value ?? '';
}
