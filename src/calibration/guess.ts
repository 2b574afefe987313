import type { Graph } from '../graph/graph';
import { InputError } from '../util/errors';
import type { CalibrationFile, CalibrationSpec, NamedArray } from './calibration';
import { fitSample, type Layout } from './sample-layout';
import { elementCount } from './typed-array';

const manySamples = 512;
const layouts: readonly Layout[] = ['NHWC', 'NCHW'];

/**
 * The most likely `calibration` of a recipe: the largest array that fits the model's input, else the largest that
 * looks like images, so that preparing it can say what does not fit. uint8 is taken for 0 … 255.
 *
 * @throws InputError when no array has a sample axis
 */
export function guessCalibration(file: CalibrationFile, graph: Graph): CalibrationSpec {
  const target = (graph.inputs[0]?.shape ?? []).slice(1).map((length) => length ?? 1);
  const candidates = [...file.arrays.values()].filter((array) => array.shape.length > 1);
  const fits = (array: NamedArray, layout: Layout) =>
    fitSample(array.shape.slice(1), target, layout, layout) !== null;
  const fitting = candidates.filter((array) => layouts.some((layout) => fits(array, layout)));
  const input = largest(fitting.length > 0 ? fitting : candidates);
  if (!input) {
    throw new InputError({
      file: file.file,
      problem: 'none of its arrays holds images.',
      advice: 'Bring an array of shape samples × height × width × channels.',
    });
  }
  return {
    file: file.file,
    input: input.name,
    layout: layouts.find((layout) => fits(input, layout)) ?? 'NHWC',
    scale: input.dtype === 'uint8' ? 1 / 255 : 1,
    mean: [0],
    std: [1],
    limit: (input.shape[0] ?? 0) > manySamples ? manySamples : null,
  };
}

function largest(arrays: readonly NamedArray[]): NamedArray | undefined {
  return arrays.toSorted((a, b) => elementCount(b.shape) - elementCount(a.shape))[0];
}
