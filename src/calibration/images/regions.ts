import { mapX, mapY, type Geometry } from '../../images/geometry';
import { nearestMap } from '../../images/resample';
import type { LabelMap } from '../../images/raster';
import type { LabelledObject, Region } from './image-set';

/**
 * Draws a region at the network's size: a pixel belongs to a polygon that its centre lies in (even-odd rule), and to
 * runs as the pixel under its centre does.
 *
 * @param canvas height × width of the target
 */
export function drawRegion(
  canvas: Uint8Array,
  value: number,
  region: Region,
  units: LabelledObject['units'],
  geometry: Geometry,
): void {
  if (region.kind === 'runs') {
    nearestMap(runsToMap(region), geometry, 0).forEach((inside, i) => {
      if (inside !== 0) canvas[i] = value;
    });
    return;
  }
  const { source } = geometry;
  const [unitX, unitY] = units === 'fractions' ? [source.width, source.height] : [1, 1];
  for (const polygon of region.polygons) {
    const points = polygon.map((coordinate, i) =>
      i % 2 === 0 ? mapX(geometry, coordinate * unitX) : mapY(geometry, coordinate * unitY),
    );
    fillPolygon(canvas, value, points, geometry.target.width, geometry.target.height);
  }
}

/** The runs go down the columns. */
function runsToMap({ width, height, counts }: Region & { kind: 'runs' }): LabelMap {
  const data = new Uint8Array(width * height);
  let at = 0;
  counts.forEach((count, i) => {
    for (const end = at + count; at < end; at++) {
      if (i % 2 === 1) data[(at % height) * width + Math.floor(at / height)] = 1;
    }
  });
  return { width, height, data };
}

function fillPolygon(
  canvas: Uint8Array,
  value: number,
  points: readonly number[],
  width: number,
  height: number,
): void {
  const ys = points.filter((_, i) => i % 2 === 1);
  const [top, bottom] = ys.reduce(
    ([low, high], y) => [Math.min(low, y), Math.max(high, y)],
    [Infinity, -Infinity],
  );
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, Math.ceil(bottom)); y++) {
    const crossings = crossingsOf(points, y + 0.5);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil((crossings[i] ?? 0) - 0.5));
      const to = Math.min(width, Math.ceil((crossings[i + 1] ?? 0) - 0.5));
      if (to > from) canvas.fill(value, y * width + from, y * width + to);
    }
  }
}

/** Where the polygon's sides cross the line at height y, from left to right. */
function crossingsOf(points: readonly number[], y: number): number[] {
  const crossings: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [x1 = 0, y1 = 0] = points.slice(i, i + 2);
    const next = (i + 2) % points.length;
    const [x2 = 0, y2 = 0] = points.slice(next, next + 2);
    if (y1 <= y !== y2 <= y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  }
  return crossings.sort((a, b) => a - b);
}
