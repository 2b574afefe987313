import type { ResizeNode } from './nodes';

/** One spatial axis that is resized: its length before and after, and the ratio that maps coordinates. */
export interface ResizedAxis {
  readonly length: number;
  readonly size: number;
  readonly scale: number;
}

/** Where an output position lies in the input, unclamped: ONNX Resize, `coordinate_transformation_mode`. */
export function sourcePosition(
  coordinates: ResizeNode['coordinates'],
  { length, size, scale }: ResizedAxis,
  output: number,
): number {
  switch (coordinates) {
    case 'half_pixel':
      return (output + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return size > 1 ? (output + 0.5) / scale - 0.5 : 0;
    case 'align_corners':
      return size > 1 ? (output * (length - 1)) / (size - 1) : 0;
    case 'asymmetric':
      return output / scale;
    case 'half_pixel_symmetric':
      return (length / 2) * (1 - size / (scale * length)) + (output + 0.5) / scale - 0.5;
  }
}

/** The whole position that stands for one between two: ONNX Resize, `nearest_mode`. */
export function nearestPosition(position: number, mode: ResizeNode['nearestMode']): number {
  switch (mode) {
    case 'round_prefer_floor':
      return Math.ceil(position - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(position + 0.5);
    case 'floor':
      return Math.floor(position);
    case 'ceil':
      return Math.ceil(position);
  }
}
