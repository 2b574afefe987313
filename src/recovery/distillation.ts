import {
  classLayouts,
  areProbabilities,
  startOf,
  type ClassLayout,
} from '../tasks/classification/class-axis';
import { spread } from '../tasks/agreement/spread';
import type { TaskOutput, TaskSpec } from '../tasks/task';
import { layoutForLabels } from '../tasks/classification/class-axis';
import { softenedDistance, squaredDistance, type DeviceDistance } from './distillation-tensors';

/** How far a student's output is from its teacher's, with the gradient. */
export type OutputDistance = (
  student: Float32Array,
  teacher: Float32Array,
  gradient: Float32Array,
  weight: number,
) => number;

/**
 * The distance between outputs that distillation makes small. Classes: T²·KL(softmax(t/T) ‖ softmax(s/T)), a mean
 * over positions (Hinton, Vinyals & Dean 2015, arXiv 1503.02531, §2); outputs that are probabilities stand for
 * their logarithms. Anything else: the squared difference over the teacher's variance, a mean over elements.
 *
 * @returns adds weight × gradient of the sum over the samples, and gives that sum without the weight
 */
export function outputDistance(
  { loss }: Pick<TaskSpec, 'loss'>,
  { sampleShape, reference }: TaskOutput,
  labels: readonly number[] | null,
  temperature: number,
): OutputDistance {
  const size = sampleShape.reduce((product, dim) => product * dim, 1);
  const layout = classesOf(loss, sampleShape, reference, labels);
  if (layout) return softened(layout, size, areProbabilities(reference, layout), temperature);
  const scale = 1 / spread(reference, size, Math.max(1, reference.length / size)) / size;
  return (student, teacher, gradient, weight) => {
    let sum = 0;
    student.forEach((value, i) => {
      const apart = value - (teacher[i] ?? 0);
      sum += apart * apart * scale;
      gradient[i] = (gradient[i] ?? 0) + weight * 2 * apart * scale;
    });
    return sum;
  };
}

/** The same in tensors, of a whole batch: differentiable by the student's output, a sum over the samples. */
export function outputDistanceOnDevice(
  { loss }: Pick<TaskSpec, 'loss'>,
  { sampleShape, reference }: TaskOutput,
  labels: readonly number[] | null,
  temperature: number,
): DeviceDistance {
  const size = sampleShape.reduce((product, dim) => product * dim, 1);
  const layout = classesOf(loss, sampleShape, reference, labels);
  if (layout) return softenedDistance(layout, areProbabilities(reference, layout), temperature, smallest);
  return squaredDistance(1 / spread(reference, size, Math.max(1, reference.length / size)) / size);
}

function classesOf(
  loss: TaskSpec['loss'],
  shape: readonly number[],
  reference: Float32Array,
  labels: readonly number[] | null,
): ClassLayout | undefined {
  if (loss === 'cross-entropy') return labels ? layoutForLabels(shape, labels) : classLayouts(shape)[0];
  return classLayouts(shape).find((layout) => areProbabilities(reference, layout));
}

const smallest = 1e-7;

function softened(
  layout: ClassLayout,
  size: number,
  probabilities: boolean,
  temperature: number,
): OutputDistance {
  const { classes, positions, stride } = layout;
  const [p, q] = [new Float64Array(classes), new Float64Array(classes)];
  return (student, teacher, gradient, weight) => {
    let sum = 0;
    for (let first = 0; first < student.length; first += size) {
      for (let position = 0; position < positions; position++) {
        const start = first + startOf(layout, position);
        soften(teacher, start, stride, temperature, probabilities, p);
        soften(student, start, stride, temperature, probabilities, q);
        for (let c = 0; c < classes; c++) {
          const [wanted, given] = [p[c] ?? 0, q[c] ?? 0];
          if (wanted > 0)
            sum += (temperature ** 2 / positions) * wanted * Math.log(wanted / Math.max(given, smallest));
          // d/d(logit) of T²·KL is T·(q − p); a probability's logarithm has the slope 1/s.
          const at = start + c * stride;
          const inner = probabilities ? 1 / Math.max(student[at] ?? 0, smallest) : 1;
          const slope = ((temperature * (given - wanted)) / positions) * inner;
          gradient[at] = (gradient[at] ?? 0) + weight * slope;
        }
      }
    }
    return sum;
  };
}

/** softmax(x / T) of one position. */
function soften(
  values: Float32Array,
  start: number,
  stride: number,
  temperature: number,
  probabilities: boolean,
  into: Float64Array,
): void {
  let highest = -Infinity;
  for (let c = 0; c < into.length; c++) {
    const value = values[start + c * stride] ?? NaN;
    const logit = (probabilities ? Math.log(Math.max(value, smallest)) : value) / temperature;
    into[c] = logit;
    if (logit > highest) highest = logit;
  }
  let sum = 0;
  for (let c = 0; c < into.length; c++) {
    const weight = Math.exp((into[c] ?? 0) - highest);
    into[c] = weight;
    sum += weight;
  }
  for (let c = 0; c < into.length; c++) into[c] = (into[c] ?? 0) / sum;
}
