import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from '../../src/engine/train';

/** Which WASM lacks: they run as the plain JavaScript backend has them. */
const missing = [
  tf.Conv2DBackpropFilter,
  tf.DepthwiseConv2dNativeBackpropFilter,
  tf.DepthwiseConv2dNativeBackpropInput,
];
/** tfjs' gradients, as it registered them when it was loaded. */
const own = tf.getKernelsForBackend('wasm').flatMap(({ kernelName }): tf.GradConfig[] => {
  // tfjs' types leave out that there may be none.
  const gradient = tf.getGradient(kernelName) as tf.GradConfig | undefined;
  return gradient ? [gradient] : [];
});

/**
 * Makes tfjs' own gradients current again until `registerGradients` is called.
 *
 * @param filters whether convolutions' filter gradients, which WASM has no kernel for, are tfjs' too
 */
export function useOwnGradients(filters: boolean): void {
  registerGradients();
  const ours = tf.getGradient(tf.Conv2D);
  for (const gradient of own) tf.registerGradient(gradient);
  const has = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  for (const kernelName of missing)
    if (!has.has(kernelName))
      tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: onCpu(kernelName) });
  if (filters) return;
  const conv = own.find(({ kernelName }) => kernelName === tf.Conv2D);
  if (!conv) return;
  tf.registerGradient({
    ...ours,
    gradFunc: (dy, saved, attrs) => {
      const { x } = conv.gradFunc(dy, saved, attrs);
      const { filter } = ours.gradFunc(dy, saved, attrs);
      if (!x || !filter) throw new Error('A convolution has two gradients.');
      return { x, filter };
    },
  });
}

/** A kernel that copies its inputs to the plain JavaScript backend and runs there. */
function onCpu(kernelName: string): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const cpu = tf.findBackend('cpu');
    const moved = Object.entries(inputs).map(([name, info]) => {
      if (!info) throw new Error(`${kernelName} lacks its input ${name}.`);
      const values = tf.backend().readSync(info.dataId);
      return [name, { ...info, dataId: cpu.write(values, info.shape, info.dtype) }] as const;
    });
    const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
    const result = kernelFunc({
      inputs: Object.fromEntries(moved),
      backend: cpu,
      ...(attrs ? { attrs } : {}),
    });
    const [output] = [result].flat();
    if (!output) throw new Error(`${kernelName} has no output.`);
    const values = Float32Array.from(cpu.readSync(output.dataId) as Float32Array);
    for (const { dataId } of [...moved.map(([, info]) => info), output]) cpu.disposeData(dataId);
    return {
      dataId: tf.backend().write(values, output.shape, 'float32'),
      shape: output.shape,
      dtype: 'float32',
    };
  };
}
