import * as tf from '@tensorflow/tfjs-core';

/**
 * On WASM a clone copies its data, and all that a gradient remembers is cloned. Tensors never change, so here clones
 * share their data instead, as they do on the other backends.
 */
export function shareCopies(): void {
  const isThere = tf.getKernelsForBackend('wasm').some(({ kernelName }) => kernelName === tf.Identity);
  if (!isThere) return;
  tf.unregisterKernel(tf.Identity, 'wasm');
  tf.registerKernel({
    kernelName: tf.Identity,
    backendName: 'wasm',
    kernelFunc: ({ inputs: { x } }) => {
      if (!x) throw new Error('The identity kernel has no input.');
      tf.engine().backend.incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}
