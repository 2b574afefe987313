import type { Conv2dNode, ConvTranspose2dNode, PoolNode, ResizeNode } from '../../../graph/nodes';
import { at, build, range } from './array';
import type { NdArray } from './array';

function dims(array: NdArray): [number, number, number, number] {
  const [first = 1, second = 1, third = 1, fourth = 1] = array.shape;
  return [first, second, third, fourth];
}

export function conv2d(node: Conv2dNode, x: NdArray, kernel: NdArray, outShape: readonly number[]): NdArray {
  const [, height, width] = dims(x);
  const [kh, kw, perGroup, outs] = dims(kernel);
  return build(outShape, ([n = 0, oy = 0, ox = 0, o = 0]) => {
    const group = Math.floor(o / (outs / node.groups));
    let sum = 0;
    for (const ky of range(kh))
      for (const kx of range(kw)) {
        const y = oy * node.strides[0] - node.pads[0] + ky * node.dilations[0];
        const x2 = ox * node.strides[1] - node.pads[1] + kx * node.dilations[1];
        if (y < 0 || y >= height || x2 < 0 || x2 >= width) continue;
        for (const i of range(perGroup))
          sum += at(x, [n, y, x2, group * perGroup + i]) * at(kernel, [ky, kx, i, o]);
      }
    return sum;
  });
}

/** Scatters every input element, as the definition has it. */
export function convTranspose2d(
  node: ConvTranspose2dNode,
  x: NdArray,
  kernel: NdArray,
  outShape: readonly number[],
): NdArray {
  const [batch, height, width, ins] = dims(x);
  const [kh, kw, perGroup] = dims(kernel);
  const [, outHeight = 0, outWidth = 0, outs = 0] = outShape;
  const data = new Float64Array(batch * outHeight * outWidth * outs);
  for (const n of range(batch))
    for (const y of range(height))
      for (const x2 of range(width))
        for (const i of range(ins))
          for (const ky of range(kh))
            for (const kx of range(kw)) {
              const oy = y * node.strides[0] + ky * node.dilations[0] - node.pads[0];
              const ox = x2 * node.strides[1] + kx * node.dilations[1] - node.pads[1];
              if (oy < 0 || oy >= outHeight || ox < 0 || ox >= outWidth) continue;
              const group = Math.floor(i / (ins / node.groups));
              for (const j of range(perGroup)) {
                const flat = ((n * outHeight + oy) * outWidth + ox) * outs + group * perGroup + j;
                data[flat] = (data[flat] ?? 0) + at(x, [n, y, x2, i]) * at(kernel, [ky, kx, j, i]);
              }
            }
  return { shape: outShape, data };
}

export function pool(node: PoolNode, x: NdArray, outShape: readonly number[]): NdArray {
  const [, height, width] = dims(x);
  const [top, left, bottom, right] = node.pads;
  return build(outShape, ([n = 0, oy = 0, ox = 0, c = 0]) => {
    const seen: number[] = [];
    let padding = 0;
    for (const ky of range(node.kernel[0]))
      for (const kx of range(node.kernel[1])) {
        const y = oy * node.strides[0] - top + ky * node.dilations[0];
        const x2 = ox * node.strides[1] - left + kx * node.dilations[1];
        if (y >= 0 && y < height && x2 >= 0 && x2 < width) seen.push(at(x, [n, y, x2, c]));
        else if (y >= -top && y < height + bottom && x2 >= -left && x2 < width + right) padding += 1;
      }
    if (node.kind === 'max') return Math.max(...seen);
    return seen.reduce((sum, value) => sum + value, 0) / (seen.length + (node.countIncludePad ? padding : 0));
  });
}

export function resize(node: ResizeNode, x: NdArray, outShape: readonly number[]): NdArray {
  const [, height, width] = dims(x);
  return build(outShape, ([n = 0, oy = 0, ox = 0, c = 0]) => {
    const rows = taps(node, 0, oy, height);
    const columns = taps(node, 1, ox, width);
    let sum = 0;
    for (const [y, wy] of rows) for (const [x2, wx] of columns) sum += wy * wx * at(x, [n, y, x2, c]);
    return sum;
  });
}

function taps(node: ResizeNode, side: 0 | 1, out: number, length: number): [number, number][] {
  const scale = node.scales[side];
  const size = node.size[side];
  const source = {
    half_pixel: (out + 0.5) / scale - 0.5,
    pytorch_half_pixel: size > 1 ? (out + 0.5) / scale - 0.5 : 0,
    align_corners: size > 1 ? (out * (length - 1)) / (size - 1) : 0,
    asymmetric: out / scale,
    half_pixel_symmetric: (length / 2) * (1 - size / (scale * length)) + (out + 0.5) / scale - 0.5,
  }[node.coordinates];
  const clamp = (index: number) => Math.max(0, Math.min(length - 1, index));
  if (node.mode === 'nearest') {
    const half = Math.abs(source % 1) === 0.5;
    const rounded = {
      floor: Math.floor(source),
      ceil: Math.ceil(source),
      round_prefer_floor: half ? Math.floor(source) : Math.round(source),
      round_prefer_ceil: half ? Math.ceil(source) : Math.round(source),
    }[node.nearestMode];
    return [[clamp(rounded), 1]];
  }
  const low = Math.floor(source);
  const weight = source - low;
  return [
    [clamp(low), 1 - weight],
    [clamp(low + 1), weight],
  ];
}
