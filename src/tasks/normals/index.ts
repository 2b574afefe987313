import { alignElements, elementCount, squeeze } from '../alignment';
import { labelArrays, maskLookup, sampleOf, shapeText, soleOutput, taskError, type Binding } from '../arrays';
import { startOf, type ClassLayout } from '../classification/class-axis';
import { mapSize } from '../classification/draw';
import { meanMetric, type SampleMetric, type TaskKind, type Values } from '../kind';
import { Lookup } from '../lookup';
import { absoluteComponents, halfSquared, normalsDevice, type ComponentLoss } from './losses-tensors';

/** Shorter vectors are not brought to unit length. */
const smallestLength = 1e-12;

/** Unit vectors of the samples' positions; all zero where the normal is not known. */
interface NormalTargets {
  readonly layout: ClassLayout;
  /** Samples × positions × 3. */
  readonly normals: Float32Array;
  /** Each sample's positions whose normal is known. */
  readonly known: readonly Int32Array[];
}

type Vector = readonly [number, number, number];

/** A loss of two unit vectors, with its slope by the first. */
interface VectorLoss {
  readonly value: (own: Vector, truth: Vector) => number;
  readonly slope: (own: Vector, truth: Vector) => Vector;
  readonly tensors: ComponentLoss;
}

/** 1 − cos of the angle between them. */
const cosine: VectorLoss = {
  value: (own, truth) => Math.max(1 - dot(own, truth), 0),
  slope: (_, [x, y, z]) => [-x, -y, -z],
  tensors: halfSquared,
};

/** Sum of the components' absolute differences, as in multi-task work (Maninis et al., arXiv 1904.08918, §4). */
const absolute: VectorLoss = {
  value: ([x, y, z], [a, b, c]) => Math.abs(x - a) + Math.abs(y - b) + Math.abs(z - c),
  slope: ([x, y, z], [a, b, c]) => [Math.sign(x - a), Math.sign(y - b), Math.sign(z - c)],
  tensors: absoluteComponents,
};

/** Surface normals: outputs are brought to unit length first, and positions whose normal is unknown do not count. */
function normalsTask(description: string, loss: VectorLoss) {
  return (binding: Binding): TaskKind => {
    const targets = normalTargets(binding);
    const { layout, normals } = targets;
    const { positions } = layout;
    const own = (sample: number) => normals.subarray(sample * positions * 3, (sample + 1) * positions * 3);
    return {
      description,
      loss: (sample, [output = nothing], slopes) => {
        const [gradient] = slopes ?? [];
        const known = targets.known[sample] ?? nowhere;
        let sum = 0;
        for (const position of known) {
          const { unit, length } = unitAt(output, layout, position);
          const truth = truthAt(targets, sample, position);
          sum += loss.value(unit, truth);
          if (gradient)
            addSlope(gradient, layout, position, unit, length * known.length, loss.slope(unit, truth));
        }
        return known.length === 0 ? 0 : sum / known.length;
      },
      device: normalsDevice(layout, own, loss.tensors, smallestLength),
      metric: angleMetric(binding, targets),
      draw: (sample, [output = nothing]) => ({
        kind: 'vector-map',
        ...mapSize(layout.shape),
        predicted: Float32Array.from({ length: positions * 3 }, (_, at) => {
          const { unit } = unitAt(output, layout, Math.floor(at / 3));
          return unit[at % 3] ?? NaN;
        }),
        truth: own(sample),
      }),
    };
  };
}

export const normalsCosineTask = normalsTask('1 − cosine of the angle between normals', cosine);
export const normalsL1Task = normalsTask('absolute error of unit normals', absolute);

/** Through v/|v|: (s − u(u·s))/|v|. */
function addSlope(
  gradient: Values,
  layout: ClassLayout,
  position: number,
  unit: Vector,
  norm: number,
  slope: Vector,
) {
  const along = dot(unit, slope);
  for (let axis = 0; axis < 3; axis++) {
    const at = startOf(layout, position) + axis * layout.stride;
    gradient[at] = (gradient[at] ?? 0) + ((slope[axis] ?? NaN) - (unit[axis] ?? NaN) * along) / norm;
  }
}

/** The mean angle to the truth in degrees, or the share within 11.25° (Fouhey et al., ICCV 2013, §5). */
function angleMetric({ spec }: Binding, targets: NormalTargets): SampleMetric {
  const add =
    (of: (degrees: number) => number) =>
    (sample: number, [output = nothing]: readonly Values[], sums: Float64Array) => {
      for (const position of targets.known[sample] ?? nowhere) {
        const { unit } = unitAt(output, targets.layout, position);
        const cos = dot(unit, truthAt(targets, sample, position));
        const degrees = (Math.acos(Math.min(Math.max(cos, -1), 1)) * 180) / Math.PI;
        sums[0] = (sums[0] ?? 0) + of(degrees);
        sums[1] = (sums[1] ?? 0) + 1;
      }
    };
  return spec.metric === 'within-11.25'
    ? meanMetric(
        'within 11.25°',
        true,
        add((degrees) => (degrees < 11.25 ? 1 : 0)),
      )
    : meanMetric(
        'mean angle (°)',
        false,
        add((degrees) => degrees),
      );
}

function unitAt(output: Values, layout: ClassLayout, position: number) {
  const start = startOf(layout, position);
  const { stride } = layout;
  const [x, y, z] = [output[start] ?? NaN, output[start + stride] ?? NaN, output[start + 2 * stride] ?? NaN];
  // Math.hypot takes several times as long.
  const length = Math.max(Math.sqrt(x * x + y * y + z * z), smallestLength);
  const unit: Vector = [x / length, y / length, z / length];
  return { unit, length };
}

function truthAt({ normals, layout }: NormalTargets, sample: number, position: number): Vector {
  const at = (sample * layout.positions + position) * 3;
  return [normals[at] ?? 0, normals[at + 1] ?? 0, normals[at + 2] ?? 0];
}

function knownPositions(normals: Float32Array, positions: number, sample: number): Int32Array {
  const isKnown = (position: number) => {
    const at = (sample * positions + position) * 3;
    return normals[at] !== 0 || normals[at + 1] !== 0 || normals[at + 2] !== 0;
  };
  return Int32Array.from([...Array(positions).keys()].filter(isKnown));
}

const dot = ([a, b, c]: Vector, [x, y, z]: Vector): number => a * x + b * y + c * z;

function normalTargets(binding: Binding): NormalTargets {
  const output = soleOutput(binding);
  const [labels] = labelArrays(binding, 1, true);
  const index = labels && alignElements(output.sampleShape, sampleOf(labels), false);
  const layout = vectorLayout(output.sampleShape);
  if (!labels || !index || !layout) {
    throw taskError(
      binding,
      `, labels "${labels?.name ?? ''}"`,
      `a sample of them is ${shapeText(labels ? sampleOf(labels) : [])}, and one of the output "${output.name}" is ${shapeText(output.sampleShape)}.`,
      'Both must be maps of three components.',
    );
  }
  const lookup = new Lookup(labels, index);
  const mask = maskLookup(binding, layout.shape);
  const { positions, stride } = layout;
  const normals = new Float32Array(binding.inputs.count * positions * 3);
  for (let sample = 0; sample < binding.inputs.count; sample++) {
    for (let position = 0; position < positions; position++) {
      if (mask && mask.at(sample, position) === 0) continue;
      const start = startOf(layout, position);
      const [x, y, z] = [0, 1, 2].map((axis) => lookup.at(sample, start + axis * stride));
      const length = Math.hypot(x ?? NaN, y ?? NaN, z ?? NaN);
      if (!(length > 0.5 && length < 1.5)) continue;
      normals.set(
        [(x ?? 0) / length, (y ?? 0) / length, (z ?? 0) / length],
        (sample * positions + position) * 3,
      );
    }
  }
  const known = Array.from({ length: binding.inputs.count }, (_, sample) =>
    knownPositions(normals, positions, sample),
  );
  return { layout, normals, known };
}

/** Three components along the first axis or the last. */
function vectorLayout(sample: readonly number[]): ClassLayout | null {
  const shape = squeeze(sample);
  const positions = elementCount(shape) / 3;
  if (shape[0] === 3)
    return { axis: 'first', classes: 3, positions, shape: shape.slice(1), stride: positions };
  if (shape.at(-1) === 3)
    return { axis: 'last', classes: 3, positions, shape: shape.slice(0, -1), stride: 1 };
  return null;
}

const nothing: Values = new Float32Array();
const nowhere = new Int32Array();
