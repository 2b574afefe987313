import { expect, it } from 'vitest';
import { Random } from '../../../src/util/random';
import { canvas, render, roomClasses } from './render';
import { randomScene, type Paint, type Scene } from './scene';

const paint: Paint = { first: [0.5, 0.5, 0.5], second: [0, 0, 0], pattern: 'plain', size: 1 };
/** A ball of radius .5 m, 3 m straight ahead, in a room whose back wall is 6 m away. */
const scene: Scene = {
  width: 5,
  height: 3,
  depth: 6,
  camera: { position: [0, 1.5, 0], right: [1, 0, 0], up: [0, 1, 0], forward: [0, 0, 1] },
  light: [0, 2.8, 1],
  walls: paint,
  floor: paint,
  ceiling: paint,
  objects: [{ solid: { kind: 'sphere', center: [0, 1.5, 3], radius: 0.5 }, paint }],
};
const view = render(scene);
const at = (row: number, column: number) => row * canvas + column;
const labelAt = (row: number, column: number) => roomClasses[view.segments[at(row, column)] ?? 0];
const normalAt = (row: number, column: number) => [
  ...view.normals.subarray(at(row, column) * 3, at(row, column) * 3 + 3),
];
const middle = canvas / 2;

it('tells surfaces apart', () => {
  expect(labelAt(middle, middle)).toBe('sphere');
  expect(labelAt(canvas - 1, middle)).toBe('floor');
  expect(labelAt(0, middle)).toBe('ceiling');
  expect(labelAt(middle, 0)).toBe('wall');
});

it('measures depth along the viewing axis', () => {
  expect(view.depth[at(middle, middle)]).toBeCloseTo(2.5, 2);
  expect(view.depth[at(middle, middle + 14)]).toBeCloseTo(6, 5);
});

it('gives unit normals towards the viewer', () => {
  expect(normalAt(middle, middle)[2]).toBeGreaterThan(0.99);
  expect(normalAt(canvas - 1, middle)).toEqual([0, 1, -0]);
  const lengths = Array.from({ length: canvas * canvas }, (_, pixel) =>
    Math.hypot(...view.normals.subarray(pixel * 3, pixel * 3 + 3)),
  );
  expect(Math.min(...lengths)).toBeCloseTo(1, 5);
  expect(Math.max(...lengths)).toBeCloseTo(1, 5);
});

it('marks the outline of a ball and the corners of the room, and nothing on a plain wall', () => {
  const row = [...view.edges.subarray(at(middle, 0), at(middle, canvas))];
  expect(row.filter((edge) => edge === 1)).toHaveLength(4);
});

it('throws a shadow below the ball', () => {
  const lit = view.image[at(canvas - 1, middle) * 3] ?? 0;
  const without = render({ ...scene, light: [0, 2.8, 3] });
  const shadow = render({ ...scene, objects: [], light: [0, 2.8, 3] });
  const darker = [...without.image].filter((value, index) => value < (shadow.image[index] ?? 0)).length;
  expect(lit).toBeGreaterThan(100);
  expect(darker).toBeGreaterThan(20);
});

it('is the same for the same seed, and differs from room to room', () => {
  const again = (seed: number) => render(randomScene(new Random(seed)));
  expect(again(3)).toEqual(again(3));
  expect(again(4)).not.toEqual(again(3));
});
