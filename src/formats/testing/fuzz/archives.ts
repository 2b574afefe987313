import { gzipSync, zipSync } from 'fflate';
import { writeNpz } from '../../../calibration';
import { writeNpy } from '../../../calibration/write-npz';
import type { NamedBytes } from '../../../util/files';
import { fixture } from '../../keras/testing/files';
import { fixture as torch } from '../../torch/testing/files';
import { damaged, pick } from '../damage';
import { rezipped } from './zip-damage';
import type { Fuzzer } from '.';

const image = {
  name: 'x',
  dtype: 'float32',
  shape: [2, 3, 4, 1],
  data: new Float32Array(24).fill(0.5),
} as const;
const labels = { name: 'y', dtype: 'int32', shape: [2], data: Int32Array.of(0, 1) } as const;
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40);

/** Calibration sets. Of npy files the header is what can lie. */
export function arrays(): Fuzzer {
  const npz = writeNpz([image, labels]);
  const npy = writeNpy(image);
  const plain = [npy, idx, gzipSync(idx), gzipSync(npy)];
  return (next) => {
    const chance = next();
    if (chance < 0.3) return [{ name: 'set.npz', bytes: rezipped(npz, next) }];
    if (chance < 0.7) return [{ name: 'set.npy', bytes: withHeader(npy, next) }];
    return [{ name: 'set', bytes: damaged(pick(plain, next), next) }];
  };
}

const SHAPES = [
  '(-1,)',
  '(1e9,)',
  '(99999999999,)',
  '(2,3',
  '()',
  '(0,)',
  '(65536, 65536, 65536)',
  '((2,),)',
  '(None,)',
];
const TYPES = ['<f4', '>f4', '|O', '<U9', '<f99', '|b1', '<c8', '<i8', '', '__proto__'];

function withHeader(npy: Uint8Array, next: () => number): Uint8Array {
  const length = new DataView(npy.buffer, npy.byteOffset).getUint16(8, true);
  const header = new TextDecoder().decode(npy.subarray(10, 10 + length));
  const changed = header
    .replace(/\([^)]*\)/, (shape) => (next() < 0.5 ? pick(SHAPES, next) : shape))
    .replace(/<f4/, (type) => (next() < 0.5 ? pick(TYPES, next) : type))
    .replace(/False/, (order) => (next() < 0.3 ? pick(['True', 'None', ''], next) : order));
  const text = new TextEncoder().encode(changed);
  const whole = new Uint8Array(10 + text.length + npy.length - 10 - length);
  whole.set(npy.subarray(0, 10));
  whole.set(text, 10);
  whole.set(npy.subarray(10 + length), 10 + text.length);
  new DataView(whole.buffer).setUint16(8, next() < 0.2 ? Math.floor(next() * 65536) : text.length, true);
  return whole;
}

/** Everything in one archive, archives in archives, and ones that unpack to far more than they are. */
export function archives(): Fuzzer {
  const keras = fixture('keras3.keras');
  const [onnx, npz] = [torch('named.onnx').bytes, writeNpz([image, labels])];
  const all = zipSync({
    'model.onnx': onnx,
    'set.npz': npz,
    'keras/model.keras': keras.bytes,
    'recipe.json': idx,
  });
  const nested = zipSync(
    { 'inner.zip': zipSync({ 'inner.zip': all }, { level: 0 }), 'set.npz': npz },
    { level: 0 },
  );
  const zeros = zipSync({ 'zeros.bin': new Uint8Array(2 ** 20), 'set.npz': npz });
  const whole: readonly NamedBytes[] = [
    { name: 'all.zip', bytes: all },
    { name: 'nested.zip', bytes: nested },
    { name: 'zeros.zip', bytes: zeros },
  ];
  return (next) => {
    const file = pick(whole, next);
    return [{ ...file, bytes: rezipped(file.bytes, next) }];
  };
}
