import { canvas } from './render';
import type { Rooms } from './data';

/** The true maps of some rooms at a resolution of `side`×`side`, row-major. */
export type RoomTargets = Omit<Rooms, 'image'> & { readonly side: number };

/** A cell takes the pixel in its middle; it is an edge if one of its pixels is. */
export function targetsAt(rooms: Rooms, scale: number): RoomTargets {
  if (scale === 1) return { ...rooms, side: canvas };
  const side = canvas / scale;
  const cells = rooms.count * side * side;
  const targets: RoomTargets = {
    count: rooms.count,
    side,
    segments: new Uint8Array(cells),
    depth: new Float32Array(cells),
    normals: new Float32Array(cells * 3),
    edges: new Uint8Array(cells),
  };
  for (let cell = 0; cell < cells; cell++) {
    const room = Math.floor(cell / (side * side));
    const row = (Math.floor(cell / side) % side) * scale;
    const column = (cell % side) * scale;
    const corner = (room * canvas + row) * canvas + column;
    const middle = corner + (scale / 2) * (canvas + 1);
    targets.segments[cell] = rooms.segments[middle] ?? 0;
    targets.depth[cell] = rooms.depth[middle] ?? 0;
    targets.normals.set(rooms.normals.subarray(middle * 3, middle * 3 + 3), cell * 3);
    for (let pixel = 0; pixel < scale * scale; pixel++) {
      const at = corner + Math.floor(pixel / scale) * canvas + (pixel % scale);
      if (rooms.edges[at]) targets.edges[cell] = 1;
    }
  }
  return targets;
}
