import { mapX, mapY, type Geometry } from '../../images/geometry';
import type { ImageSample, LabelledObject } from './image-set';
import { drawRegion } from './regions';

/** A sample's objects in pixels of the network's input. */
export interface PlacedObjects {
  readonly boxes: readonly PlacedBox[];
  /** height × width: 0 background, class + 1, 255 nothing to learn; null where no object has a region. */
  readonly mask: Uint8Array | null;
}

export interface PlacedBox {
  readonly category: number;
  readonly corners: readonly [number, number, number, number];
  /** x, y, visibility by keypoint. */
  readonly keypoints: readonly number[] | null;
}

export const ignoreLabel = 255;

export function placeObjects(
  objects: readonly LabelledObject[],
  geometry: Geometry,
  withMask: boolean,
): PlacedObjects {
  return {
    boxes: objects.filter(({ ignored }) => !ignored).flatMap((object) => placeBox(object, geometry) ?? []),
    mask: withMask ? drawMask(objects, geometry) : null,
  };
}

/** Whether the samples' regions make a mask: their classes must fit a byte. */
export function hasRegions(samples: readonly ImageSample[]): boolean {
  const objects = samples.flatMap((sample) => sample.objects ?? []);
  return (
    objects.some(({ region }) => region !== null) &&
    objects.every(({ category }) => category + 1 < ignoreLabel)
  );
}

/** null when nothing of the object remains in the picture. */
function placeBox(object: LabelledObject, geometry: Geometry): PlacedBox | null {
  const box = object.box ?? bounds(object);
  if (!box) return null;
  const { x, y } = placing(object, geometry);
  const { width, height } = geometry.target;
  const [x1, x2] = [clip(x(box[0]), width), clip(x(box[2]), width)];
  const [y1, y2] = [clip(y(box[1]), height), clip(y(box[3]), height)];
  if (x2 <= x1 || y2 <= y1) return null;
  return {
    category: object.category,
    corners: [x1, y1, x2, y2],
    keypoints: placeKeypoints(object, geometry),
  };
}

/** Those outside the picture are no longer labelled. */
function placeKeypoints(object: LabelledObject, geometry: Geometry): number[] | null {
  if (!object.keypoints) return null;
  const { x, y } = placing(object, geometry);
  const { width, height } = geometry.target;
  const placed: number[] = [];
  for (let i = 0; i + 2 < object.keypoints.length; i += 3) {
    const [px = 0, py = 0, visibility = 0] = object.keypoints.slice(i, i + 3);
    const [atX, atY] = [x(px), y(py)];
    const inside = visibility > 0 && atX >= 0 && atX <= width && atY >= 0 && atY <= height;
    placed.push(...(inside ? [atX, atY, visibility] : [0, 0, 0]));
  }
  return placed;
}

/** Large objects first, so that smaller ones lie on top. */
function drawMask(objects: readonly LabelledObject[], geometry: Geometry): Uint8Array {
  const { target, scaled, left, top } = geometry;
  const mask = new Uint8Array(target.width * target.height).fill(ignoreLabel);
  for (let y = Math.max(0, top); y < Math.min(target.height, top + scaled.height); y++) {
    const line = y * target.width;
    mask.fill(0, line + Math.max(0, left), line + Math.min(target.width, left + scaled.width));
  }
  for (const { region, category, ignored, units } of objects.toSorted((a, b) => area(b) - area(a)))
    if (region) drawRegion(mask, ignored ? ignoreLabel : category + 1, region, units, geometry);
  return mask;
}

function placing({ units }: LabelledObject, geometry: Geometry) {
  const { width, height } = geometry.source;
  const [unitX, unitY] = units === 'fractions' ? [width, height] : [1, 1];
  return {
    x: (value: number) => mapX(geometry, value * unitX),
    y: (value: number) => mapY(geometry, value * unitY),
  };
}

function bounds({ region }: LabelledObject): LabelledObject['box'] {
  if (region?.kind !== 'polygons') return null;
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of region.polygons) {
    polygon.forEach((value, i) => {
      if (i % 2 === 0) [x1, x2] = [Math.min(x1, value), Math.max(x2, value)];
      else [y1, y2] = [Math.min(y1, value), Math.max(y2, value)];
    });
  }
  return [x1, y1, x2, y2];
}

function area(object: LabelledObject): number {
  const [x1, y1, x2, y2] = object.box ?? bounds(object) ?? [0, 0, 0, 0];
  return (x2 - x1) * (y2 - y1);
}

const clip = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
