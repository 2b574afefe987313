import { Random } from '../../../src/util/random';
import { canvas, render, type RoomView } from './render';
import { randomScene } from './scene';

const calibrationCount = 160;
const calibrationSeed = 16;
const testCount = 300;
const testSeed = 64;

/** What a camera sees in so many rooms, one after the other. */
export interface Rooms extends RoomView {
  readonly count: number;
}

/** New rooms for a training step. */
export function trainingRooms(count: number, seed: number, step: number): Rooms {
  return renderRooms(count, Random.of(1, seed, step));
}

export const calibrationRooms = (): Rooms => renderRooms(calibrationCount, Random.of(2, calibrationSeed));
export const testRooms = (count = testCount): Rooms => renderRooms(count, Random.of(3, testSeed));

function renderRooms(count: number, random: Random): Rooms {
  const area = canvas * canvas;
  const rooms: Rooms = {
    count,
    image: new Uint8Array(count * area * 3),
    segments: new Uint8Array(count * area),
    depth: new Float32Array(count * area),
    normals: new Float32Array(count * area * 3),
    edges: new Uint8Array(count * area),
  };
  for (let room = 0; room < count; room++) {
    const view = render(randomScene(random));
    rooms.image.set(view.image, room * area * 3);
    rooms.segments.set(view.segments, room * area);
    rooms.depth.set(view.depth, room * area);
    rooms.normals.set(view.normals, room * area * 3);
    rooms.edges.set(view.edges, room * area);
  }
  return rooms;
}
