import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/**
 * On WebGPU tfjs casts integers and booleans to float32 by name alone. Kernels that copy elements (Transpose, and so
 * every reduction over other than the last axes) then have a shader that does not compile, and leave whatever was in
 * their output's memory. Here such a cast computes.
 */
export function castForReal(): void {
  const byName = tf.getKernel(tf.Cast, 'webgpu');
  const product = tf.getKernel(tf.Multiply, 'webgpu');
  if (isReplaced.has(byName.kernelFunc)) return;
  tf.unregisterKernel(tf.Cast, 'webgpu');
  const kernelFunc: tf.KernelFunc = ({ inputs, backend, attrs = {} }) => {
    const cast = soleInfo(byName.kernelFunc({ inputs, backend, attrs }));
    const from = inputs['x']?.dtype;
    if (cast.dtype !== 'float32' || (from !== 'int32' && from !== 'bool')) return cast;
    const one = tf.scalar(1);
    const numbers = product.kernelFunc({ inputs: { a: cast, b: one }, backend });
    one.dispose();
    tf.engine().backend.disposeData(cast.dataId);
    return numbers;
  };
  isReplaced.add(kernelFunc);
  tf.registerKernel({ kernelName: tf.Cast, backendName: 'webgpu', kernelFunc });
}

const isReplaced = new WeakSet<tf.KernelFunc>();

function soleInfo(made: TensorInfo | TensorInfo[]): TensorInfo {
  const [info] = Array.isArray(made) ? made : [made];
  if (!info) throw new Error('The cast gave nothing.');
  return info;
}
