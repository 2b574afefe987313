import { alignElements, elementCount, squeeze } from '../alignment';
import { labelArrays, maskLookup, sampleOf, shapeText, soleOutput, taskError, type Binding } from '../arrays';
import { mapSize } from '../classification/draw';
import type { DeviceLoss } from '../device-loss';
import { rangeOf } from '../elementwise/draw';
import type { TaskKind, Values } from '../kind';
import { Lookup } from '../lookup';
import { berHuLoss, logLoss, meanAbsolute, smallestDepth, type DepthLoss } from './losses';
import { berHuDevice, logDevice, meanAbsoluteDevice, type DepthsOf } from './losses-tensors';
import { depthMetric } from './metrics';

/** Depths of the samples' positions, NaN where they are not known (0, negative, not finite or masked out). */
export interface DepthTargets {
  readonly positions: number;
  /** Samples × positions. */
  readonly depths: Float32Array;
}

/** A task of one positive number a position, with a loss over the positions whose depth is known. */
function depthTask(
  description: string,
  lossOf: (binding: Binding) => DepthLoss,
  deviceOf: (positions: number, depthsOf: DepthsOf, binding: Binding) => DeviceLoss,
) {
  return (binding: Binding): TaskKind => {
    const targets = depthTargets(binding);
    const { positions, depths } = targets;
    const loss = lossOf(binding);
    const size = mapSize(squeeze(soleOutput(binding).sampleShape));
    const own = (sample: number) => depths.subarray(sample * positions, (sample + 1) * positions);
    return {
      description,
      loss: (sample, [output = nothing], slopes) => loss(output, own(sample), slopes?.[0]),
      device: deviceOf(positions, own, binding),
      metric: depthMetric(binding.spec, targets),
      draw: (sample, [output = nothing]) => {
        const [min, max] = rangeOf(own(sample));
        const predicted = Float32Array.from(output);
        return { kind: 'scalar-map', ...size, min, max, predicted, truth: own(sample) };
      },
    };
  };
}

export const depthL1Task = depthTask('absolute error of depth', () => meanAbsolute, meanAbsoluteDevice);
export const berHuTask = depthTask('reverse Huber error of depth', () => berHuLoss, berHuDevice);
export const silogTask = depthTask(
  'scale-invariant error of the logarithm of depth',
  ({ spec }) => logLoss(spec.scaleInvariance ?? 0.5),
  (positions, depthsOf, { spec }) =>
    logDevice(positions, depthsOf, spec.scaleInvariance ?? 0.5, smallestDepth),
);

function depthTargets(binding: Binding): DepthTargets {
  const output = soleOutput(binding);
  const [labels] = labelArrays(binding, 1, true);
  const index = labels && alignElements(output.sampleShape, sampleOf(labels), false);
  if (!labels || !index) {
    throw taskError(
      binding,
      `, labels "${labels?.name ?? ''}"`,
      `a sample of them is ${shapeText(labels ? sampleOf(labels) : [])}, but one of the output "${output.name}" is ${shapeText(output.sampleShape)}.`,
      'Give one depth for each position of the output, 0 where it is not known.',
    );
  }
  const lookup = new Lookup(labels, index);
  const mask = maskLookup(binding, output.sampleShape);
  const positions = elementCount(output.sampleShape);
  const depths = new Float32Array(binding.inputs.count * positions);
  for (const at of depths.keys()) {
    const [sample, position] = [Math.floor(at / positions), at % positions];
    const depth = lookup.at(sample, position);
    const counts = depth > 0 && depth < Infinity && (!mask || mask.at(sample, position) !== 0);
    depths[at] = counts ? depth : NaN;
  }
  return { positions, depths };
}

const nothing: Values = new Float32Array();
