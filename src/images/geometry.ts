export type Fit = 'resize' | 'centre-crop' | 'letterbox';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How a picture comes to the network's size: scaled to `scaled`, its left upper corner then at (left, top) of the
 * network's input. What lies outside is cut, what is not covered padded.
 */
export interface Geometry {
  readonly source: Size;
  readonly target: Size;
  readonly scaled: Size;
  readonly left: number;
  readonly top: number;
}

/**
 * `resize` stretches to the target. `centre-crop` scales the shorter side to `shorterSide` (by default so that the
 * target is just covered) and cuts the middle, with torchvision's rounding (Resize, CenterCrop). `letterbox` scales
 * until the picture fits and pads around it, with YOLOv5's rounding.
 *
 * @param shorterSide pixels; not smaller than what the target needs
 */
export function fitGeometry(source: Size, target: Size, fit: Fit, shorterSide: number | null): Geometry {
  switch (fit) {
    case 'resize':
      return { source, target, scaled: target, left: 0, top: 0 };
    case 'centre-crop': {
      const scaled = shorterSide === null ? covering(source, target) : shortened(source, shorterSide);
      const left = 0 - halfToEven((scaled.width - target.width) / 2);
      const top = 0 - halfToEven((scaled.height - target.height) / 2);
      return { source, target, scaled, left, top };
    }
    case 'letterbox': {
      const scale = Math.min(target.width / source.width, target.height / source.height);
      const scaled = {
        width: Math.max(1, halfToEven(source.width * scale)),
        height: Math.max(1, halfToEven(source.height * scale)),
      };
      const left = halfToEven((target.width - scaled.width) / 2 - 0.1);
      const top = halfToEven((target.height - scaled.height) / 2 - 0.1);
      return { source, target, scaled, left, top };
    }
  }
}

/** Where a point of the picture, in its pixels, lies in the network's input. */
export function mapX({ source, scaled, left }: Geometry, x: number): number {
  return (x * scaled.width) / source.width + left;
}

export function mapY({ source, scaled, top }: Geometry, y: number): number {
  return (y * scaled.height) / source.height + top;
}

function shortened({ width, height }: Size, side: number): Size {
  return width <= height
    ? { width: side, height: Math.floor((side * height) / width) }
    : { width: Math.floor((side * width) / height), height: side };
}

function covering(source: Size, target: Size): Size {
  const scale = Math.max(target.width / source.width, target.height / source.height);
  return {
    width: Math.max(target.width, Math.floor(source.width * scale)),
    height: Math.max(target.height, Math.floor(source.height * scale)),
  };
}

/** Rounds as Python does. */
function halfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (up ? floor + 1 : floor) + 0; // never −0
}
