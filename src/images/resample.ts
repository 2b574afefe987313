import type { Geometry, Size } from './geometry';
import type { LabelMap, Raster } from './raster';

/**
 * `antialias` is PIL's and torchvision's bilinear, to the bit: a triangle as wide as the scale. `bilinear` is OpenCV's
 * and TensorFlow's, of the two nearest pixels. `nearest` takes the pixel under the centre.
 */
export type Interpolation = 'antialias' | 'bilinear' | 'nearest';

/** The weights of one line of output: those of output i belong to the source pixels from `first[i]` on. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float64Array;
  /** Weights an output pixel has room for. */
  readonly room: number;
}

/** PIL computes with whole numbers of this many parts. */
const parts = 2 ** 22;

/** The picture scaled as the geometry says, of which only what lies in the target: its size and its place there. */
export interface Scaled extends Size {
  readonly left: number;
  readonly top: number;
  /** height × width × channels. */
  readonly data: Uint8Array;
}

export function resample(raster: Raster, geometry: Geometry, interpolation: Interpolation): Scaled {
  const { across, down } = visible(geometry);
  const { source, scaled } = geometry;
  const columns = taps(source.width, scaled.width, across, interpolation);
  const rows = taps(source.height, scaled.height, down, interpolation);
  const wide = resampleRows(raster, columns);
  return {
    width: across.length,
    height: down.length,
    left: Math.max(0, geometry.left),
    top: Math.max(0, geometry.top),
    data: resampleColumns(wide, across.length * raster.channels, rows),
  };
}

/** The map at the network's size by the nearest pixel; `outside` where there is none. */
export function nearestMap(map: LabelMap, geometry: Geometry, outside: number): Float64Array {
  const { target, left, top } = geometry;
  const { across, down } = visible(geometry);
  const columns = taps(map.width, geometry.scaled.width, across, 'nearest').first;
  const rows = taps(map.height, geometry.scaled.height, down, 'nearest').first;
  const result = new Float64Array(target.width * target.height).fill(outside);
  rows.forEach((row, y) => {
    const at = (y + Math.max(0, top)) * target.width + Math.max(0, left);
    columns.forEach((column, x) => {
      result[at + x] = map.data[row * map.width + column] ?? outside;
    });
  });
  return result;
}

interface Range {
  readonly from: number;
  readonly length: number;
}

/** The columns and rows of the scaled picture that lie in the target. */
function visible({ target, scaled, left, top }: Geometry): { across: Range; down: Range } {
  const range = (size: number, at: number, room: number): Range => {
    const from = Math.max(0, -at);
    return { from, length: Math.max(0, Math.min(size, room - at) - from) };
  };
  return { across: range(scaled.width, left, target.width), down: range(scaled.height, top, target.height) };
}

function taps(inSize: number, outSize: number, { from, length }: Range, interpolation: Interpolation): Taps {
  const scale = inSize / outSize;
  const width = interpolation === 'antialias' ? Math.max(1, scale) : 1;
  const room = interpolation === 'nearest' ? 1 : Math.ceil(width) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Float64Array(length * room);
  for (let i = 0; i < length; i++) {
    const centre = (from + i + 0.5) * scale;
    if (interpolation === 'nearest') {
      first[i] = Math.min(inSize - 1, Math.floor(centre));
      count[i] = 1;
      weights[i] = parts;
      continue;
    }
    const start = Math.max(0, Math.trunc(centre - width + 0.5));
    const end = Math.min(inSize, Math.trunc(centre + width + 0.5));
    const line = Array.from({ length: end - start }, (_, k) =>
      Math.max(0, 1 - Math.abs((start + k - centre + 0.5) / width)),
    );
    const sum = line.reduce((total, weight) => total + weight, 0);
    line.forEach((weight, k) => (weights[i * room + k] = Math.trunc((weight / sum) * parts + 0.5)));
    first[i] = start;
    count[i] = line.length;
  }
  return { first, count, weights, room };
}

/** Each row of the picture at the new width. */
function resampleRows({ width, height, channels, data }: Raster, columns: Taps): Uint8Array {
  const { first, count, weights, room } = columns;
  const outWidth = first.length;
  const result = new Uint8Array(height * outWidth * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      const start = (y * width + (first[x] ?? 0)) * channels;
      const taken = count[x] ?? 0;
      for (let c = 0; c < channels; c++) {
        let sum = parts / 2;
        for (let k = 0; k < taken; k++)
          sum += (weights[x * room + k] ?? 0) * (data[start + k * channels + c] ?? 0);
        result[(y * outWidth + x) * channels + c] = Math.min(255, Math.floor(sum / parts));
      }
    }
  }
  return result;
}

/** Each column of lines of `stride` numbers at the new height. */
function resampleColumns(data: Uint8Array, stride: number, rows: Taps): Uint8Array {
  const { first, count, weights, room } = rows;
  const result = new Uint8Array(first.length * stride);
  for (let y = 0; y < first.length; y++) {
    const start = (first[y] ?? 0) * stride;
    const taken = count[y] ?? 0;
    for (let i = 0; i < stride; i++) {
      let sum = parts / 2;
      for (let k = 0; k < taken; k++)
        sum += (weights[y * room + k] ?? 0) * (data[start + k * stride + i] ?? 0);
      result[y * stride + i] = Math.min(255, Math.floor(sum / parts));
    }
  }
  return result;
}
