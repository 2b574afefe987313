import type { Pair } from '../../../graph/nodes';
import { isNumbers } from '../../tfjs/json';
import { type Convert, type LayerContext, requireChannelsLast, Unsupported } from './context';

const flatten: Convert = (layer) => {
  requireChannelsLast(layer);
  const size = layer.sizes.reduce((product, n) => product * n, 1);
  return layer.add({ op: 'reshape', inputs: [layer.input] }, { shape: [null, size] });
};

const reshape: Convert = (layer) => {
  const target = layer.config.openShape('target_shape');
  const size = layer.sizes.reduce((product, n) => product * n, 1);
  const known = target.filter((n) => n >= 0).reduce((product, n) => product * n, 1);
  const shape = target.map((n) => (n < 0 ? size / known : n));
  if (target.filter((n) => n < 0).length > 1 || shape.reduce((product, n) => product * n, 1) !== size) {
    throw layer.config.wrong('target_shape', `a shape of ${size} elements`);
  }
  return layer.add({ op: 'reshape', inputs: [layer.input] }, { shape: [null, ...shape] });
};

const permute: Convert = (layer) => {
  const dims = layer.config.integers('dims');
  const expected = dims.map((_, axis) => axis + 1);
  if (
    dims.length !== layer.sizes.length ||
    !dims.toSorted((a, b) => a - b).every((dim, i) => dim === expected[i])
  ) {
    throw layer.config.wrong('dims', `an order of the axes 1 to ${layer.sizes.length}`);
  }
  return layer.add({ op: 'transpose', inputs: [layer.input], perm: [0, ...dims] });
};

/** Keras' border: one number, [rows, columns] or [[top, bottom], [left, right]]. */
function border(layer: LayerContext, key: string): [Pair, Pair] {
  const stored = layer.config.raw[key] ?? 1;
  const [rows, columns] = Array.isArray(stored) ? (stored as unknown[]) : [stored, stored];
  const pair = (side: unknown): Pair => {
    const [before, after] = isNumbers(side) ? side : [side, side];
    const fine = (n: unknown): n is number => typeof n === 'number' && Number.isInteger(n) && n >= 0;
    if (fine(before) && fine(after)) return [before, after];
    throw layer.config.wrong(key, 'a border of whole numbers');
  };
  return [pair(rows), pair(columns)];
}

const zeroPadding: Convert = (layer) => {
  requireChannelsLast(layer);
  const [rows, columns] = border(layer, 'padding');
  const none: Pair = [0, 0];
  return layer.add({
    op: 'pad',
    mode: 'constant',
    value: 0,
    pads: [none, rows, columns, none],
    inputs: [layer.input],
  });
};

const cropping: Convert = (layer) => {
  requireChannelsLast(layer);
  const [height = 0, width = 0] = layer.sizes;
  const [[top, bottom], [left, right]] = border(layer, 'cropping');
  const rows = layer.add(
    { op: 'slice', axis: 1, start: top, count: height - top - bottom, step: 1, inputs: [layer.input] },
    { part: 'rows' },
  );
  return layer.add({
    op: 'slice',
    axis: 2,
    start: left,
    count: width - left - right,
    step: 1,
    inputs: [rows],
  });
};

/** An output pixel is input pixel ⌊i/size⌋, or interpolated: in tfjs at i/size, in Keras between pixels' middles. */
const upSampling: Convert = (layer) => {
  requireChannelsLast(layer);
  const [height = 1, width = 1] = layer.sizes;
  const scales = layer.config.pair('size', 2);
  const interpolation = layer.config.string('interpolation', 'nearest');
  if (interpolation !== 'nearest' && interpolation !== 'bilinear') {
    throw new Unsupported(`its interpolation "${interpolation}" is not known.`);
  }
  return layer.add({
    op: 'resize',
    mode: interpolation === 'nearest' ? 'nearest' : 'linear',
    coordinates: interpolation === 'bilinear' && layer.dialect !== 'tfjs' ? 'half_pixel' : 'asymmetric',
    nearestMode: 'floor',
    size: [height * scales[0], width * scales[1]],
    scales,
    inputs: [layer.input],
  });
};

const repeatVector: Convert = (layer) => {
  const [features = 1] = layer.sizes;
  const row = layer.add(
    { op: 'reshape', inputs: [layer.input] },
    { part: 'row', shape: [null, 1, features] },
  );
  return layer.add({ op: 'expand', inputs: [row] }, { shape: [null, layer.config.number('n'), features] });
};

export const shapeLayers: Readonly<Record<string, Convert>> = {
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  UpSampling2D: upSampling,
  RepeatVector: repeatVector,
};
