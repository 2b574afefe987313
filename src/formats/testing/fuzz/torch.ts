import { unzipSync, zipSync } from 'fflate';
import type { NamedBytes } from '../../../util/files';
import { readStateDict } from '../../torch/state-dict';
import { writeSafetensors } from '../../torch/safetensors';
import { fixture, type TorchFixture } from '../../torch/testing/files';
import { damaged, pick } from '../damage';
import { damagedJsonText } from './json';
import { rezipped } from './zip-damage';
import type { Fuzzer } from '.';

const GRAPHS: readonly TorchFixture[] = ['folded.onnx', 'named.onnx'];
const DICTS: readonly TorchFixture[] = ['state.pt', 'checkpoint.pt', 'module.pt'];

/** State dicts beside the ONNX file that they belong to: the archive, or the pickle within it, is damaged. */
export function torch(): Fuzzer {
  const graphs = GRAPHS.map(fixture);
  const dicts = DICTS.map(fixture);
  const legacy = fixture('legacy.pt');
  return (next) => {
    const graph = pick(graphs, next);
    const dict = pick(dicts, next);
    const chance = next();
    if (chance < 0.1) return [graph, { ...legacy, bytes: damaged(legacy.bytes, next) }];
    const bytes = chance < 0.7 ? withPickle(dict, next) : rezipped(dict.bytes, next);
    return [graph, { ...dict, bytes }];
  };
}

function withPickle(dict: NamedBytes, next: () => number): Uint8Array {
  const entries = Object.entries(unzipSync(dict.bytes)).map(([name, content]): [string, Uint8Array] => [
    name,
    name.endsWith('data.pkl') ? damagedPickle(content, next) : content,
  ]);
  return zipSync(Object.fromEntries(entries), { level: 0 });
}

/** GET, PUT, memo and stack operators, calls, long texts and long integers, the end. */
const OPCODES = [...new TextEncoder().encode('(0125FGHIJKLMNQRSTUVXabcdeghijlopqrstu}])')];
const MORE_OPCODES = [
  0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x90, 0x93, 0x94, 0x95,
];

function damagedPickle(bytes: Uint8Array, next: () => number): Uint8Array {
  if (next() < 0.5) return damaged(bytes, next);
  const result = bytes.slice();
  for (let i = 0; i <= Math.floor(next() * 2); i++)
    result[Math.floor(next() * result.length)] = pick([...OPCODES, ...MORE_OPCODES], next);
  return result;
}

/** The header tells absurd things, or its length does. */
export function safetensors(): Fuzzer {
  const graph = fixture('named.onnx');
  const bytes = writeSafetensors(readStateDict(fixture('state.pt')).tensors, { format: 'pt' });
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const data = bytes.subarray(8 + length);
  const lengths = [
    0n,
    1n,
    7n,
    BigInt(length - 1),
    BigInt(length + 1),
    2n ** 31n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n - 1n,
  ];
  return (next) => {
    if (next() < 0.25) return [graph, { name: 'state.safetensors', bytes: damaged(bytes, next) }];
    const text = new TextEncoder().encode(damagedJsonText(header, next));
    const whole = new Uint8Array(8 + text.length + data.length);
    const said = next() < 0.1 ? pick(lengths, next) : BigInt(text.length);
    new DataView(whole.buffer).setBigUint64(0, said, true);
    whole.set(text, 8);
    whole.set(data, 8 + text.length);
    return [graph, { name: 'state.safetensors', bytes: whole }];
  };
}
