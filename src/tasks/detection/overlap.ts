/** Centre, width and height. */
export type CentreBox = readonly [x: number, y: number, width: number, height: number];

/** The shared length and the common hull of two intervals, with slopes by the first one's centre and size. */
export interface Intervals {
  readonly shared: number;
  readonly sharedByCentre: number;
  readonly sharedBySize: number;
  readonly hull: number;
  readonly hullByCentre: number;
  readonly hullBySize: number;
}

export function intervals(centre: number, size: number, otherCentre: number, otherSize: number): Intervals {
  const [low, high] = [centre - size / 2, centre + size / 2];
  const [otherLow, otherHigh] = [otherCentre - otherSize / 2, otherCentre + otherSize / 2];
  const shared = Math.min(high, otherHigh) - Math.max(low, otherLow);
  const touches = shared > 0;
  const highShared = touches && high < otherHigh ? 1 : 0;
  const lowShared = touches && low > otherLow ? 1 : 0;
  const highHull = high > otherHigh ? 1 : 0;
  const lowHull = low < otherLow ? 1 : 0;
  return {
    // Not a plain 0, so that what is not a number stays so.
    shared: touches ? shared : 0 * shared,
    sharedByCentre: highShared - lowShared,
    sharedBySize: (highShared + lowShared) / 2,
    hull: Math.max(high, otherHigh) - Math.min(low, otherLow),
    hullByCentre: highHull - lowHull,
    hullBySize: (highHull + lowHull) / 2,
  };
}

/** Intersection over union (with `epsilon` added to the union), and its slope by the first box. */
export function iouWithSlope(
  [x, y, w, h]: CentreBox,
  [tx, ty, tw, th]: CentreBox,
  epsilon: number,
): { readonly iou: number; readonly slope: CentreBox } {
  const across = intervals(x, w, tx, tw);
  const down = intervals(y, h, ty, th);
  const both = across.shared * down.shared;
  const union = w * h + tw * th - both + epsilon;
  const by = (shared: number, own: number) => (shared * (union + both) - both * own) / union ** 2;
  return {
    iou: both / union,
    slope: [
      by(across.sharedByCentre * down.shared, 0),
      by(down.sharedByCentre * across.shared, 0),
      by(across.sharedBySize * down.shared, h),
      by(down.sharedBySize * across.shared, w),
    ],
  };
}
