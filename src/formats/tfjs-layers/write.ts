import type { ChannelMap, KeepLists } from '../../graph/channel-types';
import type { Graph } from '../../graph/graph';
import type { NamedBytes } from '../../util/files';
import type { Artifact } from '../artifact';
import { changedTensors } from '../changed-tensors';
import { encodeWeight, writeEntry } from '../tfjs/encode-weight';
import { isObject, type JsonObject } from '../tfjs/json';
import type { StoredWeight, WeightGroup } from '../tfjs/manifest';
import type { LayerTrace } from './reader';
import { tensorCuts } from '../tfjs/cuts';
import { cutWeight, writeShards } from '../tfjs/slice-weights';
import { sliceTopology } from './slice-topology';
import { modelObject, parseModel } from './topology';

export interface Parts {
  readonly file: string;
  /** model.json as it was brought, or null when it had to be repaired to be loadable. */
  readonly original: Uint8Array | null;
  readonly json: JsonObject;
  readonly groups: readonly WeightGroup[];
  readonly graph: Graph;
  readonly traces: ReadonlyMap<string, LayerTrace>;
  readonly notes: readonly string[];
}

/** A LayersModel as it was brought, to be written back with channels cut out. */
export class TfjsLayersArtifact implements Artifact {
  readonly format = 'tfjs-layers';
  readonly file: string;
  readonly graph: Graph;
  readonly notes: readonly string[];
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.file = parts.file;
    this.graph = parts.graph;
    this.notes = parts.notes;
  }

  write(channels: ChannelMap, keep: KeepLists, sliced: Graph): readonly NamedBytes[] {
    const cuts = tensorCuts(this.graph, channels, keep);
    const changed = changedTensors(this.graph, channels, keep, sliced);
    const groups = this.#parts.groups.map((group) => ({
      group,
      weights: group.weights.map((weight) =>
        encodeWeight(cutWeight(weight, cuts.get(slicedLike(weight)) ?? []), changed.get(weight.name)),
      ),
    }));
    const shards = groups.flatMap(({ group, weights }) => writeShards(group, weights));
    const main = { name: this.file, bytes: this.#writeJson(cuts.size + changed.size > 0, groups, sliced) };
    return [main, ...shards.map(({ path, bytes }) => ({ name: path, bytes }))];
  }

  #writeJson(
    changed: boolean,
    groups: readonly { readonly weights: readonly StoredWeight[] }[],
    sliced: Graph,
  ): Uint8Array {
    const { original, traces, file } = this.#parts;
    if (!changed && original) return original;
    const json = structuredClone(this.#parts.json);
    const model = modelObject(json);
    if (model) sliceTopology(parseModel(model, file), traces, sliced);
    const manifest = json['weightsManifest'];
    if (Array.isArray(manifest)) {
      manifest.forEach((entry: unknown, index) => writeEntries(entry, groups[index]?.weights ?? []));
    }
    return new TextEncoder().encode(JSON.stringify(json));
  }
}

/** The optimizer's moments, e.g. `conv/kernel_1/m`, lose what their variable `conv/kernel` loses. */
function slicedLike({ name, group }: StoredWeight): string {
  return group === 'optimizer' ? name.replace(/(_\d+)?\/[^/]*$/, '') : name;
}

function writeEntries(group: unknown, weights: readonly StoredWeight[]): void {
  if (!isObject(group) || !Array.isArray(group['weights'])) return;
  group['weights'].forEach((entry: unknown, index) => {
    writeEntry(entry, weights[index]);
  });
}
