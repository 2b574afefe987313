import type { ResizeNode, Tap } from '../../../graph/nodes';
import { nearestPosition, sourcePosition, type ResizedAxis } from '../../../graph/resize';

/** How positions of one axis are found in the input and filtered there; names are those of ONNX Resize. */
export interface Filter {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: ResizeNode['coordinates'] | 'tf_crop_and_resize';
  readonly nearestMode: ResizeNode['nearestMode'];
  /** The cubic's parameter A. */
  readonly cubic: number;
  readonly antialias: boolean;
  /** Positions outside do not count, rather than repeat the border. */
  readonly excludeOutside: boolean;
}

export interface AxisTarget extends ResizedAxis {
  /** What is cropped, as shares of the axis; read by `tf_crop_and_resize` alone. */
  readonly roi: readonly [start: number, end: number];
}

/** For each output position the taps it reads, or `null` where it lies outside the crop. */
export function resizeTaps(filter: Filter, target: AxisTarget): (readonly Tap[] | null)[] {
  return Array.from({ length: target.size }, (_, output) => {
    if (filter.coordinates !== 'tf_crop_and_resize')
      return tapsAt(filter, target, sourcePosition(filter.coordinates, target, output));
    const position = croppedPosition(target, output);
    if (position < 0 || position > target.length - 1) return null;
    return tapsAt(filter, target, position);
  });
}

/** Resize's `tf_crop_and_resize`. */
function croppedPosition({ length, size, roi }: AxisTarget, output: number): number {
  const extent = (roi[1] - roi[0]) * (length - 1);
  return roi[0] * (length - 1) + (size > 1 ? (output * extent) / (size - 1) : extent / 2);
}

function tapsAt(filter: Filter, { length, scale }: AxisTarget, position: number): Tap[] {
  const clamp = (index: number) => Math.min(length - 1, Math.max(0, index));
  if (filter.mode === 'nearest')
    return [{ index: clamp(nearestPosition(position, filter.nearestMode)), weight: 1 }];
  const radius = filter.mode === 'cubic' ? 2 : 1;
  const shrink = filter.antialias ? Math.min(scale, 1) : 1;
  const reach = radius / shrink;
  const first = Math.floor(position - reach) + 1;
  const last = Math.ceil(position + reach) - 1;
  const all = Array.from({ length: last - first + 1 }, (_, i) => {
    const distance = Math.abs(first + i - position) * shrink;
    return {
      index: first + i,
      weight: filter.mode === 'cubic' ? cubic(distance, filter.cubic) : Math.max(0, 1 - distance),
    };
  });
  const counted = all.filter(({ index }) => !filter.excludeOutside || clamp(index) === index);
  const total = counted.reduce((sum, { weight }) => sum + weight, 0);
  return counted.map(({ index, weight }) => ({ index: clamp(index), weight: weight / total }));
}

/** Cubic convolution (Keys 1981, eq. 4 with parameter `a`), at distances below 2. */
function cubic(x: number, a: number): number {
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  return x < 2 ? a * (x ** 3 - 5 * x ** 2 + 8 * x - 4) : 0;
}
