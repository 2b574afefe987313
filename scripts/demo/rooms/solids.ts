import type { Vector } from './vector';

/** What a ray may meet in a room; all stand upright on y. */
export type Solid = Box | Sphere | Cylinder;

export interface Box {
  readonly kind: 'box';
  readonly center: Vector;
  /** Half its width, height and depth. */
  readonly half: Vector;
  /** Cosine and sine of its turn about the vertical. */
  readonly turn: readonly [cosine: number, sine: number];
}

export interface Sphere {
  readonly kind: 'sphere';
  readonly center: Vector;
  readonly radius: number;
}

export interface Cylinder {
  readonly kind: 'cylinder';
  readonly center: Vector;
  readonly radius: number;
  readonly halfHeight: number;
}

/** Where the ray `from + t·along` enters the solid; Infinity where it does not. */
export function enters(solid: Solid, from: Vector, along: Vector): number {
  switch (solid.kind) {
    case 'sphere':
      return entersSphere(solid, from, along);
    case 'cylinder':
      return entersCylinder(solid, from, along);
    case 'box':
      return entersBox(solid, from, along);
  }
}

/** The unit normal at a point of the surface, outwards. */
export function normalAt(solid: Solid, point: Vector): Vector {
  const [x, y, z] = [point[0] - solid.center[0], point[1] - solid.center[1], point[2] - solid.center[2]];
  switch (solid.kind) {
    case 'sphere':
      return [x / solid.radius, y / solid.radius, z / solid.radius];
    case 'cylinder':
      if (Math.abs(y) > solid.halfHeight - tiny) return [0, Math.sign(y), 0];
      return [x / solid.radius, 0, z / solid.radius];
    case 'box': {
      const [cosine, sine] = solid.turn;
      const local = [cosine * x + sine * z, y, cosine * z - sine * x] as const;
      const depth = local.map((value, axis) => Math.abs(value) - (solid.half[axis] ?? 0));
      const axis = depth.indexOf(Math.max(...depth));
      const side = Math.sign(local[axis] ?? 1);
      if (axis === 1) return [0, side, 0];
      return axis === 0 ? [cosine * side, 0, sine * side] : [-sine * side, 0, cosine * side];
    }
  }
}

const tiny = 1e-6;

function entersSphere({ center, radius }: Sphere, from: Vector, along: Vector): number {
  const [x, y, z] = [from[0] - center[0], from[1] - center[1], from[2] - center[2]];
  const b = x * along[0] + y * along[1] + z * along[2];
  const a = along[0] ** 2 + along[1] ** 2 + along[2] ** 2;
  const inside = b * b - a * (x * x + y * y + z * z - radius * radius);
  if (inside < 0) return Infinity;
  const t = (-b - Math.sqrt(inside)) / a;
  return t > tiny ? t : Infinity;
}

function entersCylinder({ center, radius, halfHeight }: Cylinder, from: Vector, along: Vector): number {
  const [x, y, z] = [from[0] - center[0], from[1] - center[1], from[2] - center[2]];
  const a = along[0] ** 2 + along[2] ** 2;
  const b = x * along[0] + z * along[2];
  const inside = b * b - a * (x * x + z * z - radius * radius);
  if (inside < 0) return Infinity;
  const side = (-b - Math.sqrt(inside)) / a;
  if (side > tiny && Math.abs(y + side * along[1]) <= halfHeight) return side;
  const cap = (-Math.sign(along[1]) * halfHeight - y) / along[1];
  const [u, w] = [x + cap * along[0], z + cap * along[2]];
  return cap > tiny && u * u + w * w <= radius * radius ? cap : Infinity;
}

/** By slabs (Kay & Kajiya 1986) in the box's own axes. */
function entersBox({ center, half, turn: [cosine, sine] }: Box, from: Vector, along: Vector): number {
  const [x, y, z] = [from[0] - center[0], from[1] - center[1], from[2] - center[2]];
  const [u, stepU] = [cosine * x + sine * z, cosine * along[0] + sine * along[2]];
  const [w, stepW] = [cosine * z - sine * x, cosine * along[2] - sine * along[0]];
  // The middle of each slab, and half the way through it.
  const [midU, halfU] = [-u / stepU, Math.abs(half[0] / stepU)];
  const [midY, halfY] = [-y / along[1], Math.abs(half[1] / along[1])];
  const [midW, halfW] = [-w / stepW, Math.abs(half[2] / stepW)];
  const near = Math.max(midU - halfU, midY - halfY, midW - halfW);
  const far = Math.min(midU + halfU, midY + halfY, midW + halfW);
  return near > tiny && near <= far ? near : Infinity;
}
