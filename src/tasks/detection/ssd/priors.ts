import { taskError, type Binding } from '../../arrays';
import { imageSize } from '../../image-size';
import type { Box } from '../box';
import { gridAnchors, requireAnchors } from '../anchors';

/** Default boxes with the scale that each belongs to. */
export interface Priors {
  readonly boxes: readonly Box[];
  readonly scales: readonly number[];
}

const ssd300 = { count: 8732, grids: [38, 19, 10, 5, 3, 1], least: [30, 60, 111, 162, 213, 264, 315] };

/**
 * The default boxes of a head with so many: of `anchors` and `strides`, or SSD300's (Liu et al., arXiv 1512.02325, §2.2,
 * scales .1 and .2 to .9 of 300 pixels, as its released model for VOC has them).
 */
export function defaultBoxes(binding: Binding, count: number): Priors {
  const image = imageSize(binding);
  const standard =
    !binding.spec.anchors && count === ssd300.count && image.width === 300 && image.height === 300;
  const sizes = standard
    ? ssd300.grids.map((_, scale) => standardSizes(scale))
    : requireAnchors(binding, null);
  const grids = standard
    ? ssd300.grids.map((side) => [side, side] as const)
    : requireStrides(binding, sizes.length).map(
        (stride) => [Math.ceil(image.height / stride), Math.ceil(image.width / stride)] as const,
      );
  const byScale = grids.map(([rows, columns], scale) => {
    const stride = standard ? null : binding.spec.strides?.[scale];
    const covered = stride ? { height: rows * stride, width: columns * stride } : image;
    return gridAnchors(rows, columns, covered, sizes[scale] ?? []);
  });
  const boxes = byScale.flat();
  if (boxes.length === count) {
    return { boxes, scales: byScale.flatMap((list, scale) => list.map(() => scale)) };
  }
  throw taskError(
    binding,
    ', anchors',
    `anchors and strides make ${boxes.length} default boxes, but the outputs have ${count}.`,
    'Correct the anchors, the strides or the image size.',
  );
}

/** Sides s, √(s·s′), and aspects 2, ½ and, at the scales between, 3, ⅓. */
function standardSizes(scale: number): number[] {
  const [least = 0, next = 0] = ssd300.least.slice(scale);
  const between = Math.sqrt(least * next);
  const aspects = scale >= 1 && scale <= 3 ? [2, 3] : [2];
  const stretched = aspects.flatMap((aspect) => {
    const root = Math.sqrt(aspect);
    return [least * root, least / root, least / root, least * root];
  });
  return [least, least, between, between, ...stretched];
}

function requireStrides(binding: Binding, scales: number): readonly number[] {
  const { strides } = binding.spec;
  if (strides?.length === scales) return strides;
  throw taskError(
    binding,
    ', strides',
    strides ? `there are ${strides.length}, and anchors of ${scales} scales.` : 'they are missing.',
    'Give the pixels per cell of each scale: [8, 16, 32].',
  );
}
