import { labelArray, sampleOf, shapeText, soleOutput, taskError, type Binding } from '../arrays';
import type { DeviceLoss } from '../device-loss';
import type { Picture } from '../drawing';
import { squaredError } from '../elementwise/losses';
import { weightedLoss } from '../elementwise/reduce-tensors';
import { imageSize, type ImageSize } from '../image-size';
import type { SampleLoss, TaskKind, Values } from '../kind';
import { decodePoints, type FoundPoint } from './decode';
import { keypointMetric } from './metrics';

/** Where one heat map a keypoint lies in an output, and how its cells lie over the input. */
export interface HeatMaps {
  readonly points: number;
  readonly width: number;
  readonly height: number;
  /** Element of a map's cell: point·`pointStep` + cell·`cellStep`. */
  readonly pointStep: number;
  readonly cellStep: number;
  /** Pixels of the input per cell. */
  readonly strideX: number;
  readonly strideY: number;
}

/** A labelled keypoint, in pixels of the input. */
export interface TruePoint {
  readonly x: number;
  readonly y: number;
  readonly visible: boolean;
}

/** The keypoints of each instance (person, animal …) in a sample. */
export type PointsOf = (sample: number) => readonly (readonly TruePoint[])[];

/**
 * Heat maps of keypoints (Xiao et al., "Simple Baselines for Human Pose Estimation", arXiv 1804.06208, §2): half the
 * squared difference from a Gaussian of `sigma` cells (2) around the keypoint's nearest cell, cut off at 3σ, the
 * largest of several instances', averaged over all maps and cells; a keypoint that is not labelled costs nothing.
 */
export function keypointTask(binding: Binding): TaskKind {
  const image = imageSize(binding);
  const maps = heatMaps(binding, image);
  const pointsOf = labelledPoints(binding, maps.points);
  const targetsOf = (sample: number) => heatTargets(maps, pointsOf(sample), binding.spec.sigma ?? 2);
  return {
    description: `squared error of ${maps.points} keypoints' heat maps`,
    loss: heatMapLoss(targetsOf),
    device: heatMapDevice(maps.points * maps.width * maps.height, targetsOf),
    metric: keypointMetric(binding, maps, pointsOf),
    draw: (sample, [output = nothing]) => draw(image, decodePoints(output, maps), pointsOf(sample)),
  };
}

function heatMapLoss(targetsOf: (sample: number) => HeatTargets): SampleLoss {
  return (sample, [output = nothing], slopes) => {
    const [gradient] = slopes ?? [];
    const { targets, counts } = targetsOf(sample);
    let sum = 0;
    for (const [at, target] of targets.entries()) {
      if (counts[at] === 0) continue;
      const error = (output[at] ?? NaN) - target;
      sum += error * error;
      if (gradient) gradient[at] = (gradient[at] ?? 0) + error / targets.length;
    }
    return sum / 2 / targets.length;
  };
}

function heatMapDevice(elements: number, targetsOf: (sample: number) => HeatTargets): DeviceLoss {
  const layersOf = (sample: number) => {
    const { targets, counts } = targetsOf(sample);
    const weights = Float32Array.from(counts, (counted) => counted / (2 * elements));
    return [{ targets: Float32Array.from(targets), weights }];
  };
  return weightedLoss(elements, layersOf, squaredError.tensors);
}

/** A sample's heat maps as the output has them, and which count: those of keypoints that are labelled. */
interface HeatTargets {
  readonly targets: Float64Array;
  readonly counts: Uint8Array;
}

function heatTargets(maps: HeatMaps, instances: ReturnType<PointsOf>, sigma: number): HeatTargets {
  const { points, width, height, pointStep, cellStep, strideX, strideY } = maps;
  const cells = width * height;
  const [targets, counts] = [new Float64Array(points * cells), new Uint8Array(points * cells)];
  for (let point = 0; point < points; point++) {
    const centres = instances
      .flatMap((instance) => instance[point] ?? [])
      .filter(({ visible }) => visible)
      .map(({ x, y }) => [Math.floor(x / strideX + 0.5), Math.floor(y / strideY + 0.5)] as const);
    for (let cell = 0; cell < cells && centres.length > 0; cell++) {
      const at = point * pointStep + cell * cellStep;
      counts[at] = 1;
      for (const [column, row] of centres) {
        const heat = gaussian((cell % width) - column, Math.floor(cell / width) - row, sigma);
        targets[at] = Math.max(targets[at] ?? 0, heat);
      }
    }
  }
  return { targets, counts };
}

function gaussian(dx: number, dy: number, sigma: number): number {
  const reach = 3 * sigma;
  if (Math.abs(dx) > reach || Math.abs(dy) > reach) return 0;
  return Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
}

function heatMaps(binding: Binding, image: ImageSize): HeatMaps {
  const output = soleOutput(binding);
  const points = sampleOf(labelArray(binding)).at(-2) ?? 0;
  const [a = 0, b = 0, c = 0] = output.sampleShape;
  const isMap = output.sampleShape.length === 3 && (a === points || c === points);
  if (!isMap) {
    throw taskError(
      binding,
      `, output "${output.name}"`,
      `a sample of it is ${shapeText(output.sampleShape)}, which is not one map for each of ${points} keypoints.`,
      'Choose the output that holds the heat maps.',
    );
  }
  const [width, height] = a === points ? [c, b] : [b, a];
  return {
    points,
    width,
    height,
    ...(a === points ? { pointStep: width * height, cellStep: 1 } : { pointStep: 1, cellStep: points }),
    strideX: image.width / width,
    strideY: image.height / height,
  };
}

function labelledPoints(binding: Binding, points: number): PointsOf {
  const labels = labelArray(binding);
  const sample = sampleOf(labels);
  if (sample.length < 2 || sample.length > 3 || sample.at(-1) !== 3) {
    throw taskError(
      binding,
      `, labels "${labels.name}"`,
      `a sample of them is ${shapeText(sample)}.`,
      'Give x, y in pixels of the input and whether it is labelled, for each keypoint (keypoints × 3, or instances × keypoints × 3).',
    );
  }
  const instances = sample.length === 3 ? (sample[0] ?? 0) : 1;
  const { data } = labels;
  return (index) =>
    Array.from({ length: instances }, (_, instance) =>
      Array.from({ length: points }, (__, point) => {
        const at = ((index * instances + instance) * points + point) * 3;
        return { x: data[at] ?? NaN, y: data[at + 1] ?? NaN, visible: (data[at + 2] ?? 0) > 0 };
      }),
    );
}

function draw(image: ImageSize, found: readonly FoundPoint[], truth: ReturnType<PointsOf>): Picture {
  return {
    kind: 'points',
    ...image,
    predicted: found.map((point, index) => ({ index, ...point })),
    truth: truth.flatMap((instance) =>
      instance.flatMap(({ x, y, visible }, index) => (visible ? [{ index, x, y, score: 1 }] : [])),
    ),
  };
}

const nothing: Values = new Float32Array();
