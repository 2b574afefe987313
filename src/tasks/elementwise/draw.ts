import type { Sample } from '../alignment';
import type { Picture } from '../drawing';
import type { Values } from '../kind';

const mostBars = 64;

/**
 * A map of one number a position, or of the largest of several channels (heat maps); numbers where there are few.
 * @param shape of the output's sample, without axes of length 1
 */
export function elementPicture(
  shape: Sample,
  { elements, truth: truthAt }: { readonly elements: number; readonly truth: (element: number) => number },
  output: Values | undefined,
): Picture {
  const predicted = Float32Array.from({ length: elements }, (_, element) => output?.[element] ?? NaN);
  const truth = Float32Array.from({ length: elements }, (_, element) => truthAt(element));
  if (elements <= mostBars || shape.length < 2)
    return { kind: 'numbers', predicted: [...predicted], truth: [...truth] };
  return scalarMap(largestChannel(shape, predicted), largestChannel(shape, truth), shape);
}

/** Both maps in the range of the truth. */
function scalarMap(predicted: Float32Array, truth: Float32Array, shape: Sample): Picture {
  const [height = 1, width = 1] = spatial(shape);
  const [min, max] = rangeOf(truth);
  return { kind: 'scalar-map', width, height, min, max, predicted, truth };
}

/** The smallest and largest finite value; 0 to 1 where there is none. */
export function rangeOf(values: Float32Array): readonly [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min <= max ? [min, max] : [0, 1];
}

/** Channels are the shorter end of three axes. */
const channelsFirst = (shape: Sample): boolean => (shape[0] ?? 1) <= (shape.at(-1) ?? 1);

function spatial(shape: Sample): Sample {
  if (shape.length < 3) return shape;
  return channelsFirst(shape) ? shape.slice(-2) : shape.slice(0, 2);
}

function largestChannel(shape: Sample, values: Float32Array): Float32Array {
  if (shape.length < 3) return values;
  const channels = (channelsFirst(shape) ? shape[0] : shape.at(-1)) ?? 1;
  const positions = values.length / channels;
  const [step, stride] = channelsFirst(shape) ? [1, positions] : [channels, 1];
  return Float32Array.from({ length: positions }, (_, position) => {
    let largest = -Infinity;
    for (let c = 0; c < channels; c++)
      largest = Math.max(largest, values[position * step + c * stride] ?? NaN);
    return largest;
  });
}
