import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';

export interface Rule<Attributes> {
  /** Inputs that the gradient needs, by tfjs' names for them. */
  readonly inputs?: readonly string[];
  /** All inputs of a kernel that takes any number. */
  readonly allInputs?: boolean;
  /** Whether the gradient needs each output. */
  readonly outputs?: readonly boolean[];
  /**
   * Makes the gradient for each input from that of the output.
   *
   * @param saved the inputs asked for, then the outputs, in order
   */
  readonly slopes: (
    dy: Tensor,
    saved: readonly Tensor[],
    attributes: Attributes,
    /** Gradients of all outputs, for kernels with several. */
    dys: readonly Tensor[],
  ) => Readonly<Record<string, () => Tensor>>;
}

/** The gradient of a kernel, in tfjs' form. */
export function rule<Attributes = unknown>(
  kernelName: string,
  { inputs = [], allInputs = false, outputs = [], slopes }: Rule<Attributes>,
): GradConfig {
  return {
    kernelName,
    inputsToSave: [...inputs],
    saveAllInputs: allInputs,
    outputsToSave: [...outputs],
    gradFunc: (dy: Tensor | Tensor[], saved: Tensor[], attrs: NamedAttrMap) => {
      const dys = Array.isArray(dy) ? dy : [dy];
      const [first] = dys;
      if (!first) throw new Error(`The kernel ${kernelName} has no output.`);
      // The operation of this kernel made the attributes; tfjs types them loosely.
      return slopes(first, saved, attrs as Attributes, dys);
    },
  };
}

/** One of the tensors that a rule asked for. */
export function saved(tensors: readonly Tensor[], index: number): Tensor {
  const found = tensors[index];
  if (!found) throw new Error(`A gradient lacks its saved tensor ${index}.`);
  return found;
}
