import type { NamedArray } from './calibration';

const pixels = 3 * 32 * 32;
/** Classes of the label bytes before the pixels. https://www.cs.toronto.edu/~kriz/cifar.html */
const layouts = [
  { labels: [{ name: 'class', classes: 10 }] },
  {
    labels: [
      { name: 'coarse', classes: 20 },
      { name: 'fine', classes: 100 },
    ],
  },
] as const;

export const cifar10Classes = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** Fewer records could be anything. */
const fewest = 10;

export function isCifar(bytes: Uint8Array): boolean {
  return layoutOf(bytes) !== null;
}

/** A batch of CIFAR-10 or CIFAR-100 in its binary form: `images` uint8 [N, 3, 32, 32] and the labels [N]. */
export function readCifar(bytes: Uint8Array): NamedArray[] {
  const layout = layoutOf(bytes);
  if (!layout) return [];
  const record = layout.labels.length + pixels;
  const count = bytes.length / record;
  const images = new Uint8Array(count * pixels);
  for (let i = 0; i < count; i++) {
    images.set(bytes.subarray(i * record + layout.labels.length, (i + 1) * record), i * pixels);
  }
  return [
    { name: 'images', dtype: 'uint8', shape: [count, 3, 32, 32], data: images },
    ...layout.labels.map(({ name }, at): NamedArray => ({
      name,
      dtype: 'uint8',
      shape: [count],
      data: Uint8Array.from({ length: count }, (_, i) => bytes[i * record + at] ?? 0),
    })),
  ];
}

/** By its length and by labels in range all along. */
function layoutOf(bytes: Uint8Array) {
  const fits = layouts.find(({ labels }) => {
    const record = labels.length + pixels;
    if (bytes.length % record !== 0 || bytes.length < fewest * record) return false;
    for (let start = 0; start < bytes.length; start += record) {
      if (labels.some(({ classes }, at) => (bytes[start + at] ?? 255) >= classes)) return false;
    }
    return true;
  });
  return fits ?? null;
}
