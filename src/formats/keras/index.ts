import type { ChannelMap, KeepLists } from '../../graph/channel-types';
import type { Graph } from '../../graph/graph';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { isZip, zipNames } from '../../util/zip';
import type { Artifact, Format, ReadOptions } from '../artifact';
import { changedTensors } from '../changed-tensors';
import { encodeFloats, type FloatKind } from '../encode-floats';
import { isHdf5 } from '../hdf5/read';
import type { H5Dataset, H5Group, H5Node } from '../hdf5/tree';
import { tensorCuts } from '../tfjs/cuts';
import { baseName } from '../tfjs/json';
import { cutWeight, type AxisCut } from '../tfjs/slice-weights';
import { repairKeras3 } from '../tfjs-layers/keras3';
import { readLayers, type ReadResult } from '../tfjs-layers/reader';
import { isModelClass, parseModel } from '../tfjs-layers/topology';
import { archiveEntries, openContainer, type KerasContainer } from './container';
import { cutConfig } from './cut-config';
import { isBrainFloat, kerasWeights, type KerasWeight } from './weights';

/** Whole models saved by Keras 2 or 3: `.h5` and `.keras`. */
export const kerasFormat: Format = {
  id: 'keras',
  label: 'Keras .h5 or .keras',
  recognise: (files) => files.some(isKerasFile),
  read,
};

/** By what is in it: HDF5, or an archive of a config and weights. */
export function isKerasFile(file: NamedBytes): boolean {
  if (isHdf5(file.bytes)) return true;
  if (!isZip(file.bytes)) return false;
  if (/\.keras$/i.test(file.name)) return true;
  try {
    const names = zipNames(file);
    return names.includes(archiveEntries.config) && names.includes(archiveEntries.weights);
  } catch {
    return false;
  }
}

function read(files: readonly NamedBytes[], options: ReadOptions = {}): Artifact {
  const main = files.find(isKerasFile);
  if (!main) {
    throw new InputError({
      file: files[0]?.name ?? 'model',
      problem: 'there is no Keras model here.',
      advice: 'Give the .keras or .h5 file.',
    });
  }
  const file = baseName(main.name);
  const container = openContainer({ name: file, bytes: main.bytes });
  const className = String(container.model['class_name']);
  if (!isModelClass(className)) {
    throw new InputError({
      file,
      place: 'its config',
      problem: `it is of the class ${className.slice(0, 60)}, whose layers only its own Python code knows.`,
      advice: 'Build it as a functional or Sequential model and save that.',
    });
  }
  const model = structuredClone(container.model);
  repairKeras3(model);
  const topology = parseModel(model, file);
  const weights = kerasWeights(container, topology, file);
  const dialect = container.version === 3 ? 'keras3' : 'keras2';
  const reading = readLayers(topology, weights, file, options, dialect);
  return new KerasArtifact({ name: file, bytes: main.bytes }, container, weights, reading);
}

class KerasArtifact implements Artifact {
  readonly format = 'keras';
  readonly file: string;
  readonly graph: Graph;
  readonly notes: readonly string[];

  constructor(
    private readonly original: NamedBytes,
    private readonly container: KerasContainer,
    private readonly weights: ReadonlyMap<string, KerasWeight>,
    private readonly reading: ReadResult,
  ) {
    this.file = original.name;
    this.graph = reading.graph;
    const { children } = container.weights;
    const trained = children.has('optimizer_weights') || children.has('optimizer');
    this.notes = trained ? [...reading.notes, optimizerNote] : reading.notes;
  }

  write(channels: ChannelMap, keep: KeepLists, sliced: Graph): readonly NamedBytes[] {
    const cuts = tensorCuts(this.graph, channels, keep);
    const changed = changedTensors(this.graph, channels, keep, sliced);
    if (cuts.size + changed.size === 0) return [this.original];
    const byPath = new Map<string, Rewriting>();
    for (const name of new Set([...cuts.keys(), ...changed.keys()])) {
      const path = this.weights.get(name)?.path.join('/') ?? '';
      byPath.set(path, { cuts: cuts.get(name) ?? [], values: changed.get(name)?.data ?? null });
    }
    const model = structuredClone(this.container.model);
    cutConfig(model, { traces: this.reading.traces, original: this.graph, sliced });
    const bytes = this.container.replace(model, rewriteGroup(this.container.weights, byPath));
    return [{ name: this.file, bytes }];
  }
}

const optimizerNote =
  "The optimizer's state is of the size of the original and is left out of the pruned file; training starts it anew.";

interface Rewriting {
  readonly cuts: readonly AxisCut[];
  /** What the cut dataset is to hold, where that is not what it held. */
  readonly values: Float32Array | null;
}

/** The same groups with numbers of the datasets cut out or replaced, by their paths. */
function rewriteGroup(group: H5Group, rewritings: ReadonlyMap<string, Rewriting>, path = ''): H5Group {
  const children = [...group.children].map(
    ([name, node]) => [name, rewriteNode(node, rewritings, path + name)] as const,
  );
  return { ...group, children: new Map(children) };
}

function rewriteNode(node: H5Node, rewritings: ReadonlyMap<string, Rewriting>, path: string): H5Node {
  if (node.kind === 'group') return rewriteGroup(node, rewritings, `${path}/`);
  const { type, shape, data } = node.value;
  const rewriting = rewritings.get(path);
  if (!rewriting || !shape || !(data instanceof Uint8Array)) return node;
  const kept = cutWeight({ shape, bytes: data, elementBytes: type.size }, rewriting.cuts);
  const kind = floatKind(node);
  const replaced = rewriting.values && kind && encodeFloats(rewriting.values, kind, type.littleEndian);
  return { ...node, value: { type, shape: kept.shape, data: replaced ?? kept.bytes } };
}

/** Null for whole numbers, which are not trained. */
function floatKind(dataset: H5Dataset): FloatKind | null {
  const { kind, size } = dataset.value.type;
  if (isBrainFloat(dataset.attributes.get('dtype'), size)) return 'bf16';
  if (kind !== 'float') return null;
  return size === 2 ? 'f16' : size === 4 ? 'f32' : 'f64';
}
