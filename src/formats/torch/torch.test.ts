import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../../engine/testing/wasm';
import { analyseChannels } from '../../graph/channels';
import { sliceGraph } from '../../graph/slice';
import type { NamedBytes } from '../../util/files';
import { random, randomKeep, randomSamples, runGraph } from '../onnx/testing/agreement';
import { isObject } from '../tfjs/json';
import { torchFormat } from '.';
import { writeSafetensors } from './safetensors';
import { readStateDict } from './state-dict';
import type { StateTensor } from './tensor';
import { fixture } from './testing/files';

beforeAll(startWasm);

/** The state dict as safetensors, in which some entries may be others. */
function safetensors(
  change: (name: string, tensor: StateTensor) => StateTensor | null = (_, t) => t,
): NamedBytes {
  const tensors = [...readStateDict(fixture('state.pt')).tensors].flatMap(([name, tensor]) => {
    const changed = change(name, tensor);
    return changed ? [[name, changed] as const] : [];
  });
  return { name: 'state.safetensors', bytes: writeSafetensors(new Map(tensors), { format: 'pt' }) };
}

function prune(files: readonly NamedBytes[], share = 0.5) {
  const artifact = torchFormat.read(files);
  const channels = analyseChannels(artifact.graph);
  const keep = randomKeep(channels, share, random(3));
  const sliced = sliceGraph(artifact.graph, channels, keep);
  const written = artifact.write(channels, keep, sliced);
  const file = (name: string): NamedBytes => {
    const found = written.find((one) => one.name === name);
    if (!found) throw new Error(`${name} was not written`);
    return found;
  };
  return { written, sliced, file };
}

const dicts = [fixture('state.pt'), fixture('checkpoint.pt'), safetensors()];

describe.each(['folded.onnx', 'named.onnx'] as const)('%s', (onnx) => {
  it.each(dicts)('prunes $name so that it still is the pruned ONNX file', (dict) => {
    const { file } = prune([fixture(onnx), dict]);
    // Reading the pair again compares the weights of every channel, also those that normalisations were folded into.
    const again = torchFormat.read([file(onnx), file(dict.name)]);
    expect(again.notes).toEqual([]);
    const state = readStateDict(file(dict.name));
    const before = readStateDict(dict);
    expect([...state.tensors.keys()]).toEqual([...before.tensors.keys()]);
    for (const [name, tensor] of state.tensors) expect(tensor.kind).toBe(before.tensors.get(name)?.kind);
  });

  it.each(dicts)('is the same when nothing is cut from $name', (dict) => {
    const artifact = torchFormat.read([fixture(onnx), dict]);
    const [model, state] = artifact.write(analyseChannels(artifact.graph), new Map(), artifact.graph);
    expect(model).toEqual(fixture(onnx));
    expect(readStateDict(state ?? dict).tensors).toEqual(readStateDict(dict).tensors);
  });
});

it('cuts what a normalisation was folded into along with its kernel', () => {
  const { file } = prune([fixture('folded.onnx'), fixture('state.pt')]);
  const { tensors } = readStateDict(file('state.pt'));
  const size = tensors.get('stem.weight')?.shape[0];
  expect(size).toBeLessThan(8);
  for (const name of ['stem.bias', 'norm.weight', 'norm.running_var', 'slopes.weight', 'block.depth.weight'])
    expect(tensors.get(name)?.shape[0]).toBe(size);
  expect(tensors.get('block.conv.weight')?.shape).toEqual([size, size, 3, 3]);
  expect(tensors.get('norm.num_batches_tracked')?.shape).toEqual([]);
});

it('gives the positions kept in each tensor, and Python that applies them', () => {
  const { file, sliced } = prune([fixture('named.onnx'), fixture('state.pt')]);
  const lists: unknown = JSON.parse(new TextDecoder().decode(file('keep-lists.json').bytes));
  const tensors = isObject(lists) && isObject(lists['tensors']) ? lists['tensors'] : {};
  const stem = tensors['stem.weight'];
  const kept = isObject(stem) && isObject(stem['keep']) ? stem['keep']['0'] : null;
  expect(isObject(stem) && stem['shape']).toEqual([8, 3, 3, 3]);
  const kernel = [...sliced.params.values()].find(({ name }) => name === 'stem.weight');
  expect(kept).toHaveLength(kernel?.shape.at(-1) ?? 0);
  expect(new TextDecoder().decode(file('apply_pruning.py').bytes)).toMatch(/^def apply_pruning\(model/m);
});

it('takes the weights of the state dict where the ONNX file has others', () => {
  const doubled = safetensors((name, tensor) => {
    if (name !== 'head.weight') return tensor;
    const numbers = new Float32Array(tensor.bytes.slice().buffer).map((value) => 2 * value);
    return { ...tensor, bytes: new Uint8Array(numbers.buffer) };
  });
  const artifact = torchFormat.read([fixture('named.onnx'), doubled]);
  expect(artifact.notes).toEqual([
    "The weights of state.safetensors are used; 1 differ from the ONNX file's.",
  ]);
  const plain = torchFormat.read([fixture('named.onnx'), safetensors()]);
  const samples = randomSamples(plain.graph, 2);
  const [once, twice] = [plain, artifact].map(({ graph }) => runGraph(graph, samples).get('y')?.data);
  expect(Array.from(twice ?? [])).not.toEqual(Array.from(once ?? []));
});

it('says which entries are in no layer of the graph', () => {
  const extra = new Map(readStateDict(safetensors()).tensors);
  const weight = extra.get('head.weight');
  if (weight) extra.set('auxiliary.weight', { ...weight, shape: [2, 20] });
  const file = { name: 'x.safetensors', bytes: writeSafetensors(extra) };
  expect(torchFormat.read([fixture('named.onnx'), file]).notes).toEqual([
    'x.safetensors: auxiliary.weight are in no layer of the graph and stay as they are.',
  ]);
});

it('calls renamed kernels by their names in the state dict', () => {
  const { graph } = torchFormat.read([fixture('folded.onnx'), fixture('state.pt')]);
  const groups = analyseChannels(graph).groups.map(({ id }) => id);
  expect(groups.sort()).toEqual(['block.conv.weight', 'head.weight', 'hidden.weight', 'up.weight']);
});

it('is named after both of its files', () => {
  expect(torchFormat.read([fixture('named.onnx'), fixture('state.pt')]).file).toBe('named.onnx + state.pt');
});

describe('what cannot be used', () => {
  it('weights without a graph', () => {
    expect(() => torchFormat.read([fixture('state.pt')])).toThrow(
      /state\.pt: it holds weights, but not the graph/,
    );
  });

  it('weights of another model', () => {
    const other = safetensors((name, tensor) => (name === 'up.weight' ? null : tensor));
    expect(() => torchFormat.read([fixture('named.onnx'), other])).toThrow(
      /state\.safetensors: it has no entry that is the weight "up\.weight" \(8×6×2×2\) of named\.onnx/,
    );
  });

  it('a whole module, whose code would have to be run', () => {
    expect(() => torchFormat.read([fixture('named.onnx'), fixture('module.pt')])).toThrow(
      /module\.pt: it holds no state dict; whole modules are never opened/,
    );
  });

  it('the format before torch 1.6', () => {
    expect(() => torchFormat.read([fixture('named.onnx'), fixture('legacy.pt')])).toThrow(
      /legacy\.pt: it is in the format that torch had before version 1\.6/,
    );
  });
});
