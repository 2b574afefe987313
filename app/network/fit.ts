interface Size {
  readonly width: number;
  readonly height: number;
}

/** Fitting stops here: smaller blocks could not be told apart. Rows beside each other may be smaller than a long chain. */
const smallest = { across: 0.5, down: 0.3 };
const largest = 1.3;

/** The scale at which a drawing's height fits its frame, as far as its blocks can be told apart then. */
export function fitHeight(size: Size, frame: Size): number {
  return Math.min(largest, Math.max(smallest.down, frame.height / size.height));
}

/** The same for its width. */
export function fitWidth(size: Size, frame: Size): number {
  return Math.min(largest, Math.max(smallest.across, frame.width / size.width));
}

/** Shows the drawing at the scale, centred where it is smaller than its frame. */
export function centredBox(
  size: { readonly width: number; readonly height: number },
  scale: number,
  width: number,
  height: number,
): string {
  const [w, h] = [Math.max(size.width, width / scale), Math.max(size.height, (height - 1) / scale)];
  return [(size.width - w) / 2, (size.height - h) / 2, w, h]
    .map((value) => Math.round(value * 100) / 100)
    .join(' ');
}
