import type { NamedArray } from '../calibration/calibration';
import { readModel } from '../formats';
import type { Artifact } from '../formats/artifact';
import { InputError } from '../util/errors';
import type { NamedBytes } from '../util/files';

/**
 * The model for images of the calibration set's size: read again where its file leaves the size open and another was
 * assumed. A model of fixed size, or one that the set does not fit for other reasons, stays as it is.
 *
 * @param files that `artifact` was read from
 * @param arrays of the set; the largest of images with the model's channels counts
 */
export function sizedForSet(
  artifact: Artifact,
  files: readonly NamedBytes[],
  arrays: Iterable<NamedArray>,
): Artifact {
  const [input] = artifact.graph.inputs;
  const assumed = input?.shape.slice(1) ?? [];
  if (!input || assumed.length !== 3) return artifact;
  const sizes = [...arrays]
    .toSorted((a, b) => b.data.length - a.data.length)
    .flatMap(({ shape }) => sizesLike(shape.slice(1), assumed));
  if (sizes.length === 0 || sizes.some((size) => equal(size, assumed))) return artifact;
  for (const size of sizes) {
    const sized = attempt(() => readModel(files, { inputShapes: { [input.name]: size } }));
    if (sized && equal(sized.graph.inputs[0]?.shape.slice(1) ?? [], size)) return sized;
  }
  return artifact;
}

type Sizes = readonly (number | null)[];

/** An image's height, width and channels in the order of the model's input, if it has as many channels. */
function sizesLike(sample: readonly number[], [first, , last]: Sizes): number[][] {
  const [a, b, c = 1] = sample;
  if (a === undefined || b === undefined || sample.length > 3) return [];
  const images = [
    { height: a, width: b, channels: c },
    ...(sample.length === 3 ? [{ height: b, width: c, channels: a }] : []),
  ];
  return images.flatMap(({ height, width, channels }) => [
    ...(channels === last ? [[height, width, channels]] : []),
    ...(channels === first ? [[channels, height, width]] : []),
  ]);
}

function attempt(read: () => Artifact): Artifact | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

const equal = (a: Sizes, b: Sizes) => a.length === b.length && a.every((size, axis) => size === b[axis]);
