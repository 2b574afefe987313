import { conv2d, matMul, maxPool, relu, reshape, tensor2d, tensor4d, tidy } from '@tensorflow/tfjs-core';

/** A convolution, a ReLU, a pooling and a product with made-up numbers, on the current backend. */
export async function runSample(): Promise<Float32Array> {
  const result = tidy(() => {
    const image = tensor4d(wave(2 * 9 * 9 * 5, 0.37), [2, 9, 9, 5]);
    const kernel = tensor4d(wave(3 * 3 * 5 * 20, 0.11), [3, 3, 5, 20]);
    const features = relu(conv2d(image, kernel, [1, 1], PADS));
    const pooled = maxPool(features, [2, 2], [2, 2], 'valid');
    return matMul(reshape(pooled, [2, 4 * 4 * 20]), tensor2d(wave(4 * 4 * 20 * 3, 0.23), [4 * 4 * 20, 3]));
  });
  try {
    return await result.data<'float32'>();
  } finally {
    result.dispose();
  }
}

/** The largest difference relative to the largest expected magnitude; infinite where a number is missing. */
export function sampleDifference(actual: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const worst = expected.reduce((largest, value, index) => {
    const difference = Math.abs((actual[index] ?? NaN) - value);
    return Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  }, 0);
  return worst / scale;
}

const PADS: [[number, number], [number, number], [number, number], [number, number]] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];

function wave(size: number, frequency: number): Float32Array {
  return Float32Array.from({ length: size }, (_, index) => Math.sin(1 + index * frequency));
}
