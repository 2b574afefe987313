import { analyseChannels } from '../../graph/channels';
import type { ChannelMap, KeepLists } from '../../graph/channel-types';
import type { Graph } from '../../graph/graph';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import type { Artifact, Format } from '../artifact';
import { changedTensors } from '../changed-tensors';
import { onnxFormat } from '../onnx';
import { tensorCuts } from '../tfjs/cuts';
import { cutWeight } from '../tfjs/slice-weights';
import { applyPruningPython } from './apply-pruning';
import { keepListsJson, type EntryCuts } from './keep-lists';
import { isSame, matchWeights, type Matching } from './match';
import type { Match } from './matching';
import { sourceTensors } from './source-tensors';
import { isStateDict, readStateDict, type StateDict } from './state-dict';
import type { StateTensor } from './tensor';
import { withNewValues } from './new-values';
import { withWeights } from './with-weights';

/** A PyTorch model as a pair: an ONNX export for the graph, and a state dict for the weights. */
export const torchFormat: Format = {
  id: 'torch',
  label: 'PyTorch state dict with its ONNX export',
  recognise: (files) => files.some(isStateDict),
  read(files, options = {}): Artifact {
    const dictFile = files.find(isStateDict);
    const others = files.filter((file) => file !== dictFile);
    if (!dictFile || !onnxFormat.recognise(others)) throw withoutGraph(dictFile?.name ?? 'state dict');
    const dict = readStateDict(dictFile);
    const first = onnxFormat.read(others, options);
    const matching = matchWeights(first.graph, dict);
    requireAll(first, dict, matching);
    const newer = differing(first.graph, dict, matching);
    const replaced = others.map((file) => (file.name === first.file ? withWeights(file, newer) : file));
    const model = newer.size > 0 ? onnxFormat.read(replaced, options) : first;
    const changed =
      newer.size > 0
        ? [`The weights of ${dict.file} are used; ${newer.size} differ from the ONNX file's.`]
        : [];
    return {
      format: 'onnx+state-dict',
      file: `${model.file} + ${dict.file}`,
      graph: withNames(model.graph, matching),
      notes: [...model.notes, ...changed, ...strangers(dict, matching)],
      write: (channels, keep, sliced) => [
        ...model.write(channels, keep, sliced),
        ...writeState(model.graph, dict, matching, { channels, keep, sliced }),
      ],
    };
  },
};

/** Kernels that the exporter gave names of its own, like `onnx::Conv_61`, go by those of the state dict. */
function withNames(graph: Graph, { matches }: Matching): Graph {
  const kernels = [...matches].filter(([name]) => name.endsWith('weight'));
  const names = new Map(kernels.map(([name, { tensor }]) => [tensor, name] as const).reverse());
  const params = [...graph.params].map(([id, param]) => {
    const name = param.name.startsWith('onnx::') ? names.get(param.source?.tensor ?? '') : undefined;
    return [id, name === undefined ? param : { ...param, name }] as const;
  });
  return { ...graph, params: new Map(params) };
}

function writeState(
  graph: Graph,
  dict: StateDict,
  { matches }: Matching,
  { channels, keep, sliced }: { channels: ChannelMap; keep: KeepLists; sliced: Graph },
): NamedBytes[] {
  const cuts = entryCuts(graph, matches, channels, keep);
  const changed = changedTensors(graph, channels, keep, sliced);
  const tensors = new Map(
    [...dict.tensors].map(([name, tensor]) => {
      const [cut, match] = [cutWeight(tensor, cuts.get(name) ?? []), matches.get(name)];
      return [name, match ? withNewValues(cut, match, changed) : cut];
    }),
  );
  return [
    { name: dict.file, bytes: dict.write(tensors) },
    { name: 'keep-lists.json', bytes: keepListsJson(channels, keep, dict.tensors, cuts) },
    { name: 'apply_pruning.py', bytes: applyPruningPython() },
  ];
}

function entryCuts(
  graph: Graph,
  matches: ReadonlyMap<string, Match>,
  channels: ChannelMap,
  keep: KeepLists,
): EntryCuts {
  const byTensor = tensorCuts(graph, channels, keep);
  const cuts = [...matches].map(([name, { tensor, axes }]) => {
    const found = byTensor.get(tensor) ?? [];
    const own = [...axes].flatMap(([axis, tensorAxis]) =>
      found.filter((cut) => cut.axis === tensorAxis).map(({ indices }) => ({ axis, indices })),
    );
    return [name, own] as const;
  });
  return new Map(cuts.filter(([, own]) => own.length > 0));
}

/** Every weight that may lose channels must be known in the state dict, or the two would no longer fit together. */
function requireAll({ graph, file }: Artifact, dict: StateDict, { missing }: Matching): void {
  const channels = analyseChannels(graph);
  const prunable = new Set(
    [...channels.params].flatMap(([id, axes]) => {
      const source = graph.params.get(id)?.source;
      const free = axes.some(({ group }) => group.some((index) => channels.groups[index]?.frozen === null));
      return source && free ? [source.tensor] : [];
    }),
  );
  const lost = missing.find(({ name, role }) => role !== 'constant' && prunable.has(name));
  if (!lost) return;
  throw new InputError({
    file: dict.file,
    problem: `it has no entry that is the weight "${lost.name}" (${lost.shape.join('×')}) of ${file}.`,
    advice:
      'Export the ONNX file from the model with these very weights, in evaluation mode: torch.onnx.export(model.eval(), …).',
  });
}

/** Entries whose numbers are not those of the ONNX file, by its names. */
function differing(graph: Graph, dict: StateDict, { matches }: Matching): Map<string, StateTensor> {
  const tensors = sourceTensors(graph);
  return new Map(
    [...matches].flatMap(([name, match]) => {
      const [entry, tensor] = [dict.tensors.get(name), tensors.get(match.tensor)];
      const differs = match.same && entry && tensor && entry.shape.length === tensor.shape.length;
      return differs && !isEqual(entry, tensor.data, tensor.shape) ? [[match.tensor, entry] as const] : [];
    }),
  );
}

function isEqual(entry: StateTensor, data: Float32Array, shape: readonly number[]): boolean {
  return (
    isSame(entry, data, shape, false) ||
    (shape.length === 2 && entry.shape[0] === shape[1] && isSame(entry, data, shape, true))
  );
}

/** Entries that nothing in the graph stands for, counters of batches apart. */
function strangers(dict: StateDict, { matches }: Matching): string[] {
  const names = [...dict.tensors.keys()].filter(
    (name) => !matches.has(name) && !name.endsWith('num_batches_tracked'),
  );
  if (names.length === 0) return [];
  const shown = names.slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return [`${dict.file}: ${shown}${more} are in no layer of the graph and stay as they are.`];
}

function withoutGraph(file: string): InputError {
  return new InputError({
    file,
    problem: 'it holds weights, but not the graph they belong to.',
    advice: 'Drop it together with the ONNX export of the same model: torch.onnx.export(model.eval(), …).',
  });
}
