import type { Conv2dNode, ConvTranspose2dNode, DenseNode, KernelNode } from '../nodes';
import type { Carried, Propagation } from '../propagation';

/** Canonical axes of a kernel. */
export function kernelAxes(node: KernelNode): { readonly input: number; readonly output: number } {
  switch (node.op) {
    case 'conv2d':
      return { input: 2, output: 3 };
    case 'convTranspose2d':
      return { input: 3, output: 2 };
    case 'dense':
      return { input: 0, output: 1 };
  }
}

/** The ids of a layer's input, kernel and bias. */
export function kernelInputs(node: KernelNode): { x: string; kernel: string; bias: string | undefined } {
  const [x, kernel, bias] = node.inputs;
  if (x === undefined || kernel === undefined) throw new Error(`${node.op} "${node.source}" has no kernel.`);
  return { x, kernel, bias };
}

export function dense(p: Propagation, node: DenseNode): Carried {
  const { x, kernel } = kernelInputs(node);
  p.labels.uniteAll(p.along(x, p.shape(x).length - 1), p.along(kernel, 0));
  return withBias(p, node, p.along(kernel, 1));
}

export function conv2d(p: Propagation, node: Conv2dNode): Carried {
  const { x, kernel } = kernelInputs(node);
  const [input, output] = [p.along(x, 3), p.along(kernel, 3)];
  const perGroup = p.size(kernel, 2);
  if (node.groups > 1 && perGroup === 1) {
    const multiplier = output.length / input.length;
    output.forEach((label, i) => p.labels.unite(label, input[Math.floor(i / multiplier)] ?? label));
    return withBias(p, node, output);
  }
  coupleGroups(p, input, p.along(kernel, 2));
  coupleGroups(p, output, output.subarray(0, output.length / node.groups));
  return withBias(p, node, output);
}

export function convTranspose2d(p: Propagation, node: ConvTranspose2dNode): Carried {
  const { x, kernel } = kernelInputs(node);
  const input = p.along(kernel, 3);
  p.labels.uniteAll(p.along(x, 3), input);
  const perGroup = p.size(kernel, 2);
  if (node.groups > 1 && input.length === node.groups) {
    const repeated = Array.from(
      { length: perGroup * node.groups },
      (_, i) => input[Math.floor(i / perGroup)] ?? 0,
    );
    return withBias(p, node, Int32Array.from(repeated));
  }
  coupleGroups(p, input, input.subarray(0, input.length / node.groups));
  const output = p.along(kernel, 2);
  const repeated = Array.from({ length: perGroup * node.groups }, (_, i) => output[i % perGroup] ?? 0);
  return withBias(p, node, Int32Array.from(repeated));
}

/** Grouped convolutions keep equal groups when the same offset is removed in each: position i goes with i mod period. */
function coupleGroups(p: Propagation, labels: Int32Array, period: Int32Array): void {
  labels.forEach((label, i) => p.labels.unite(label, period[i % period.length] ?? label));
}

function withBias(p: Propagation, node: KernelNode, labels: Int32Array): Carried {
  const { bias } = kernelInputs(node);
  if (bias !== undefined) p.labels.uniteAll(labels, p.along(bias, 0));
  return { axis: p.shape(node.output).length - 1, labels };
}
