import type { Random } from '../util/random';
import { shapeOf, type Graph, type Shape } from '../graph/graph';
import type { Conv2dNode, DenseNode } from '../graph/nodes';
import type { ChangeableLayer } from './layers';

/** Beyond this the equations take minutes to solve. */
export const MOST_COLUMNS = 2304;
/** Rows a column: positions of one image are alike, so many are needed. */
const ROWS_PER_COLUMN = 16;
const FEWEST_ROWS = 8192;

/** A layer that multiplies what it reads at each output position with one matrix. */
export interface LinearLayer {
  readonly node: Conv2dNode | DenseNode;
  /** Of its input and output; batch first. */
  readonly input: Shape;
  readonly output: Shape;
  /** Rows and columns of the window; 1×1 for dense layers. */
  readonly window: readonly [number, number];
}

/** Null for grouped and transposed convolutions, and for those whose leading axis is not the sample. */
export function linearLayer(graph: Graph, { node, kernel }: ChangeableLayer): LinearLayer | null {
  if (node.op === 'convTranspose2d' || (node.op === 'conv2d' && node.groups > 1)) return null;
  const [height = 1, width = 1] = node.op === 'dense' ? [] : kernel.shape;
  const input = shapeOf(graph, node.inputs[0] ?? '');
  const isSample = input[0] === null || input[0] === 1;
  if (node.op === 'conv2d' && !isSample) return null;
  return { node, input, output: shapeOf(graph, node.output), window: [height, width] };
}

/** Output positions of one sample; a network for one sample may have them on the leading axis too. */
export function positionCount({ output }: LinearLayer): number {
  return output.slice(0, -1).reduce<number>((product, dim) => product * (dim ?? 1), 1);
}

/** Columns of the matrix: what is read at one position, in the kernel's order (row, column, channel). */
export function columnCount({ input, window }: LinearLayer): number {
  return window[0] * window[1] * (input.at(-1) ?? 1);
}

/** How many positions of each sample to look at, where there are so many. */
export function rowsPerSample(layer: LinearLayer, samples: number): number {
  const columns = Math.min(columnCount(layer), MOST_COLUMNS);
  return Math.ceil(Math.max(FEWEST_ROWS, ROWS_PER_COLUMN * columns) / samples);
}

/** `count` of the positions, each once, ascending: of fewer those that are among more, from equal random numbers. */
export function choosePositions(positions: number, count: number, random: Random): Int32Array {
  if (count >= positions) return Int32Array.from({ length: positions }, (_, position) => position);
  return random.permutation(positions).subarray(0, count).sort();
}

/**
 * What the layer reads at some positions of one sample (im2col, a row a position), zeros where it reads its padding.
 * @param data the batch's input, row-major
 * @param into rows × columns, written from `row` on
 */
export function copyPatches(
  layer: LinearLayer,
  data: Float32Array,
  sample: number,
  positions: Int32Array,
  into: Float32Array,
  row: number,
): void {
  const { node, input } = layer;
  const columns = columnCount(layer);
  const size = input.slice(1).reduce<number>((product, dim) => product * (dim ?? 1), 1);
  const start = sample * size;
  if (node.op === 'dense') {
    positions.forEach((position, index) => {
      const from = start + position * columns;
      into.set(data.subarray(from, from + columns), (row + index) * columns);
    });
    return;
  }
  const [height = 1, width = 1, channels = 1] = input.slice(1).map((dim) => dim ?? 1);
  const outputWidth = layer.output[2] ?? 1;
  positions.forEach((position, index) => {
    const top = Math.floor(position / outputWidth) * node.strides[0] - node.pads[0];
    const left = (position % outputWidth) * node.strides[1] - node.pads[1];
    let at = (row + index) * columns;
    for (let i = 0; i < layer.window[0]; i++) {
      const y = top + i * node.dilations[0];
      for (let j = 0; j < layer.window[1]; j++) {
        const x = left + j * node.dilations[1];
        if (y >= 0 && y < height && x >= 0 && x < width) {
          const from = start + (y * width + x) * channels;
          into.set(data.subarray(from, from + channels), at);
        }
        at += channels;
      }
    }
  });
}
