import { intervals, iouWithSlope, type CentreBox } from '../overlap';

const epsilon = 1e-7;

/**
 * Complete IoU (Zheng et al., "Distance-IoU Loss", arXiv 1911.08287, eqs. 10 and 11):
 * iou − ρ²/c² − α·v, v = 4/π²·(atan w'/h' − atan w/h)², α = v/(1 − iou + v).
 * The slope is by the first box, with α taken as constant.
 */
export function completeIou(
  own: CentreBox,
  other: CentreBox,
): { readonly ciou: number; readonly slope: CentreBox } {
  const [x, y, w, h] = own;
  const [tx, ty, tw, th] = other;
  const { iou, slope } = iouWithSlope(own, other, epsilon);
  const across = intervals(x, w, tx, tw);
  const down = intervals(y, h, ty, th);
  const diagonal = across.hull ** 2 + down.hull ** 2 + epsilon;
  const distance = (x - tx) ** 2 + (y - ty) ** 2;
  const angle = Math.atan(tw / th) - Math.atan(w / h);
  const v = (4 / Math.PI ** 2) * angle ** 2;
  const alpha = v / (v - iou + 1 + epsilon);

  const byDistance = (step: number, hull: number) => (step * diagonal - distance * hull) / diagonal ** 2;
  const turn = ((8 / Math.PI ** 2) * angle * alpha) / (w * w + h * h);
  return {
    ciou: iou - distance / diagonal - alpha * v,
    slope: [
      slope[0] - byDistance(2 * (x - tx), 2 * across.hull * across.hullByCentre),
      slope[1] - byDistance(2 * (y - ty), 2 * down.hull * down.hullByCentre),
      slope[2] - byDistance(0, 2 * across.hull * across.hullBySize) + turn * h,
      slope[3] - byDistance(0, 2 * down.hull * down.hullBySize) - turn * w,
    ],
  };
}
