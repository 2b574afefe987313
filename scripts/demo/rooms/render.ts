import type { Paint, Scene } from './scene';
import { enters, normalAt, type Solid } from './solids';
import { add, dot, length, scale, subtract, type Vector } from './vector';

export const canvas = 64;
export const roomClasses = ['wall', 'floor', 'ceiling', 'box', 'sphere', 'cylinder'] as const;

/** Tangent of half the field of view, across and down. */
const spread = 0.7;
const ambient = 0.35;

/** What the camera sees, pixel by pixel, row-major. */
export interface RoomView {
  /** 64×64×3 RGB */
  readonly image: Uint8Array;
  /** 64×64 indices of `roomClasses` */
  readonly segments: Uint8Array;
  /** 64×64 distances along the viewing axis, metres */
  readonly depth: Float32Array;
  /** 64×64×3 unit vectors in the camera's axes: right, up, towards the viewer */
  readonly normals: Float32Array;
  /** 64×64: 1 where the surface to the right or below is another one */
  readonly edges: Uint8Array;
}

interface Hit {
  readonly distance: number;
  /** Differs from surface to surface. */
  readonly surface: number;
  readonly label: number;
  readonly paint: Paint;
  readonly point: Vector;
  readonly normal: Vector;
}

/** Casts one ray a pixel: Lambert's law, one lamp with shadows, ambient light. */
export function render(scene: Scene): RoomView {
  const view: RoomView = {
    image: new Uint8Array(canvas * canvas * 3),
    segments: new Uint8Array(canvas * canvas),
    depth: new Float32Array(canvas * canvas),
    normals: new Float32Array(canvas * canvas * 3),
    edges: new Uint8Array(canvas * canvas),
  };
  const surfaces = new Uint8Array(canvas * canvas);
  const { position, right, up, forward } = scene.camera;
  for (let at = 0; at < canvas * canvas; at++) {
    const across = ((((at % canvas) + 0.5) / canvas) * 2 - 1) * spread;
    const down = (((Math.floor(at / canvas) + 0.5) / canvas) * 2 - 1) * spread;
    const ray = add(forward, add(scale(right, across), scale(up, -down)));
    const hit = firstHit(scene, position, ray);
    surfaces[at] = hit.surface;
    view.segments[at] = hit.label;
    // The ray's part along the viewing axis is 1, so its parameter is the depth.
    view.depth[at] = hit.distance;
    view.normals.set([dot(hit.normal, right), dot(hit.normal, up), -dot(hit.normal, forward)], at * 3);
    view.image.set(
      shaded(scene, hit).map((value) => Math.round(255 * Math.min(1, value))),
      at * 3,
    );
  }
  for (let at = 0; at < canvas * canvas; at++) {
    const isLast = at % canvas === canvas - 1;
    const other = (next: number) => next < surfaces.length && surfaces[next] !== surfaces[at];
    view.edges[at] = (!isLast && other(at + 1)) || other(at + canvas) ? 1 : 0;
  }
  return view;
}

function firstHit(scene: Scene, from: Vector, along: Vector): Hit {
  let distance = roomDistance(scene, from, along, 0);
  let [axis, object]: [Axis, number] = [0, -1];
  for (const other of [1, 2] as const) {
    const found = roomDistance(scene, from, along, other);
    if (found < distance) [distance, axis] = [found, other];
  }
  for (let index = 0; index < scene.objects.length; index++) {
    const found = enters(solidOf(scene, index), from, along);
    if (found < distance) [distance, object] = [found, index];
  }
  const point = add(from, scale(along, distance));
  return object < 0
    ? roomHit(scene, along, axis, distance, point)
    : objectHit(scene, object, distance, point);
}

type Axis = 0 | 1 | 2;

/** To the side of the room that the ray meets across an axis, from inside. */
function roomDistance({ width, height, depth }: Scene, from: Vector, along: Vector, axis: Axis): number {
  const rises = along[axis] > 0;
  const side = axis === 0 ? (rises ? width / 2 : -width / 2) : rises ? (axis === 1 ? height : depth) : 0;
  return (side - from[axis]) / along[axis];
}

function roomHit(scene: Scene, along: Vector, axis: Axis, distance: number, point: Vector): Hit {
  const rises = along[axis] > 0;
  const away = rises ? -1 : 1;
  const normal: Vector = [axis === 0 ? away : 0, axis === 1 ? away : 0, axis === 2 ? away : 0];
  const surface = axis * 2 + (rises ? 1 : 0);
  if (axis !== 1) return { distance, surface, label: 0, paint: scene.walls, point, normal };
  const [label, paint] = rises ? [2, scene.ceiling] : [1, scene.floor];
  return { distance, surface, label, paint, point, normal };
}

function objectHit(scene: Scene, index: number, distance: number, point: Vector): Hit {
  const solid = solidOf(scene, index);
  const normal = normalAt(solid, point);
  const label = roomClasses.indexOf(solid.kind);
  // A box and a cylinder have faces that meet in edges.
  const face = solid.kind === 'sphere' ? 0 : faceOf(normal, solid.kind === 'box');
  const paint = scene.objects[index]?.paint ?? scene.walls;
  return { distance, surface: 8 + index * 8 + face, label, paint, point, normal };
}

function solidOf({ objects }: Scene, index: number): Solid {
  const object = objects[index];
  if (!object) throw new Error(`The room has no object ${index}.`);
  return object.solid;
}

function faceOf([x, y, z]: Vector, isBox: boolean): number {
  if (y > 0.5) return 1;
  if (!isBox) return 0;
  return 2 + (x > 0 ? 1 : 0) + (z > 0 ? 2 : 0);
}

function shaded(scene: Scene, { point, normal, paint }: Hit): Vector {
  const above = add(point, scale(normal, 1e-3));
  const toLight = subtract(scene.light, above);
  const facing = dot(normal, toLight) / length(toLight);
  const lit = facing > 0 && scene.objects.every(({ solid }) => enters(solid, above, toLight) > 1);
  const brightness = ambient + (lit ? (1.1 - ambient) * facing : 0);
  return scale(colorAt(paint, point, normal), brightness);
}

function colorAt({ first, second, pattern, size }: Paint, [x, y, z]: Vector, normal: Vector): Vector {
  if (pattern === 'plain') return first;
  const [u, v] = Math.abs(normal[1]) > 0.5 ? [x, z] : [x + z, y];
  const column = Math.floor(u / size);
  const row = pattern === 'checks' ? Math.floor(v / size) : 0;
  return (column + row) % 2 === 0 ? first : second;
}
