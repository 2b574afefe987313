import type { TaskKind, Values } from '../kind';
import { answers } from './arg-max';
import type { ClassLayout } from './class-axis';
import { logSumExp } from './log-sum-exp';
import type { ClassTargets } from './targets';

/** Bars of probabilities, or a map of classes. */
export function drawClasses(
  { layout, labels }: Pick<ClassTargets, 'layout' | 'labels'>,
  probabilities: boolean,
): TaskKind['draw'] {
  const { positions, classes } = layout;
  return (sample, [output = new Float32Array()]) => {
    const truth = labels.subarray(sample * positions, (sample + 1) * positions);
    if (positions === 1) {
      return {
        kind: 'classes',
        probabilities: shares(output, layout, probabilities),
        labels: [...truth].filter((label) => label >= 0),
      };
    }
    return {
      kind: 'class-map',
      ...mapSize(layout.shape),
      classes,
      predicted: answers(output, layout),
      truth: truth.length > 0 ? Uint8Array.from(truth, (label) => (label < 0 ? 255 : label)) : null,
    };
  };
}

/** Rows and columns of positions; a row alone where they have one axis. */
export function mapSize(shape: readonly number[]): { readonly width: number; readonly height: number } {
  const width = shape.at(-1) ?? 1;
  return { width, height: shape.reduce((product, length) => product * length, 1) / width };
}

/** The probabilities of a vector of logits or probabilities. */
export function shares(output: Values, layout: ClassLayout, probabilities: boolean): readonly number[] {
  const values = Array.from(output);
  if (probabilities) return values;
  const all = logSumExp(output, 0, layout);
  return values.map((value) => Math.exp(value - all));
}
