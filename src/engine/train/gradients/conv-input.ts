import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from '../../ops/conv';
import { rank4 } from '../../ops/rank';

type ConvInfo = tf.backend_util.Conv2DInfo;

/**
 * Gradient of a convolution for its input, as one convolution of `dy` whatever the stride: the filter's taps are
 * dealt to stride × stride phases, each of which makes every stride-th row and column of the result.
 *
 * @param dy [N,OH,OW,Co]
 * @param filter [KH,KW,Ci,Co]
 * @returns [N,H,W,Ci]
 */
export function convInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  const rows = phasesAlong(
    inHeight,
    padInfo.top,
    outHeight,
    info.filterHeight,
    info.strideHeight,
    info.dilationHeight,
  );
  const columns = phasesAlong(
    inWidth,
    padInfo.left,
    outWidth,
    info.filterWidth,
    info.strideWidth,
    info.dilationWidth,
  );
  return tf.tidy(() => {
    const phased = conv2d(dy, phasedFilter(filter, rows, columns), {
      strides: [1, 1],
      dilations: [info.dilationHeight, info.dilationWidth],
      pads: [rows.before, columns.before, rows.after, columns.after],
      groups: 1,
    });
    const spread = interleave(phased, rows.stride, columns.stride, inChannels);
    if (rows.count * rows.stride === inHeight && columns.count * columns.stride === inWidth) return spread;
    // As three axes, since WASM cuts row by row.
    const lines = tf.reshape(spread, [batchSize, -1, columns.count * columns.stride * inChannels]);
    const used = tf.slice(lines, [0, 0, 0], [batchSize, inHeight, inWidth * inChannels]);
    return tf.reshape(used, [batchSize, inHeight, inWidth, inChannels]);
  });
}

interface Phases {
  readonly stride: number;
  /** Taps of each phase. */
  readonly taps: number;
  /** Zero taps before the first, so that phases and rows of the result begin together. */
  readonly lead: number;
  /** Rows of each phase. */
  readonly count: number;
  /** Padding of `dy`; negative where rows are cut off. */
  readonly before: number;
  readonly after: number;
}

/** Row i of the input met tap k of output row o where i + pad = stride·o + dilation·k. */
function phasesAlong(
  input: number,
  pad: number,
  output: number,
  kernel: number,
  stride: number,
  dilation: number,
): Phases {
  const lead = (stride - (pad % stride)) % stride;
  const taps = Math.ceil((kernel + lead) / stride);
  const first = (pad + lead) / stride;
  const count = Math.ceil(input / stride);
  return { stride, taps, lead, count, before: (taps - 1) * dilation - first, after: first + count - output };
}

/** [KH,KW,Ci,Co] → [taps,taps,Co,strides·Ci], each phase's taps in reverse. */
function phasedFilter(filter: tf.Tensor4D, rows: Phases, columns: Phases): tf.Tensor4D {
  const [height, width, ins, outs] = filter.shape;
  const [fullHeight, fullWidth] = [rows.taps * rows.stride, columns.taps * columns.stride];
  const isWhole = fullHeight === height && fullWidth === width;
  const padded = isWhole
    ? filter
    : tf.pad(filter, [
        [rows.lead, fullHeight - height - rows.lead],
        [columns.lead, fullWidth - width - columns.lead],
        [0, 0],
        [0, 0],
      ]);
  const byRow = reverseBlocks(tf.reshape(padded, [1, rows.taps, rows.stride * fullWidth * ins * outs]));
  const turned = reverseBlocks(tf.reshape(byRow, [fullHeight, columns.taps, columns.stride * ins * outs]));
  // In two steps: WASM is slow with more than four axes.
  const byPhase = tf.transpose(
    tf.reshape(turned, [rows.taps, rows.stride, columns.taps, columns.stride * ins * outs]),
    [0, 2, 1, 3],
  );
  const phases = rows.stride * columns.stride;
  const split = tf.reshape(byPhase, [rows.taps * columns.taps, phases * ins, outs]);
  return tf.reshape(tf.transpose(split, [0, 2, 1]), [rows.taps, columns.taps, outs, phases * ins]);
}

/** Reverses the middle axis; copying blocks is ten times as fast on WASM as its own kernel. */
function reverseBlocks(x: tf.Tensor3D): tf.Tensor3D {
  const [outer, length, inner] = x.shape;
  if (length === 1) return x;
  const parts = Array.from({ length }, (_, index) =>
    tf.slice(x, [0, length - 1 - index, 0], [outer, 1, inner]),
  );
  return tf.concat(parts, 1);
}

/** [N,H,W,rows·columns·C] → [N,H·rows,W·columns,C] */
function interleave(x: tf.Tensor4D, rows: number, columns: number, channels: number): tf.Tensor4D {
  if (rows === 1 && columns === 1) return x;
  const [batch, height, width] = x.shape;
  const split = tf.reshape(x, [batch * height, width, rows, columns * channels]);
  const moved = tf.transpose(split, [0, 2, 1, 3]);
  return rank4(tf.reshape(moved, [batch, height * rows, width * columns, channels]));
}
