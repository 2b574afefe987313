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
