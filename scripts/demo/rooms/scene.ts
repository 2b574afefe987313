import type { Random } from '../../../src/util/random';
import type { Solid } from './solids';
import { normalised, type Vector } from './vector';

/** A room from (−width/2, 0, 0) to (width/2, height, depth), in metres. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly camera: Camera;
  readonly light: Vector;
  /** Of back, left and right wall alike. */
  readonly walls: Paint;
  readonly floor: Paint;
  readonly ceiling: Paint;
  readonly objects: readonly { readonly solid: Solid; readonly paint: Paint }[];
}

export interface Camera {
  readonly position: Vector;
  /** Unit vectors. */
  readonly right: Vector;
  readonly up: Vector;
  readonly forward: Vector;
}

/** Two colours in a pattern of squares or stripes of so many metres. */
export interface Paint {
  readonly first: Vector;
  readonly second: Vector;
  readonly pattern: 'plain' | 'checks' | 'stripes';
  readonly size: number;
}

const objectCounts = [2, 5] as const;

export function randomScene(random: Random): Scene {
  const between = (least: number, most: number) => least + (most - least) * random.uniform();
  const [width, height, depth] = [between(4, 6), between(2.6, 3.2), between(5, 7)];
  const eye: Vector = [between(-0.2, 0.2) * width, between(1.2, 1.8), 0.2];
  const light: Vector = [between(-0.35, 0.35) * width, height - 0.3, between(0.2, 0.6) * depth];
  const walls = randomPaint(random, 0.55);
  const [floor, ceiling] = [randomPaint(random, 0.4), randomPaint(random, 0.75)];
  const count = objectCounts[0] + random.integer(objectCounts[1] - objectCounts[0] + 1);
  const solids: Solid[] = [];
  for (let attempt = 0; solids.length < count && attempt < 40; attempt++) {
    const solid = randomSolid(between, random, width, depth);
    if (solids.every((other) => apart(solid, other))) solids.push(solid);
  }
  return {
    width,
    height,
    depth,
    camera: lookFrom(eye, between(-0.35, 0.35), between(-0.32, -0.05)),
    light,
    walls: { ...walls, pattern: walls.pattern === 'checks' ? 'plain' : walls.pattern },
    floor,
    ceiling: { ...ceiling, pattern: 'plain' },
    objects: solids.map((solid) => ({ solid, paint: randomPaint(random, 0.5) })),
  };
}

/** @param yaw, pitch in radians, to the right and up */
function lookFrom(position: Vector, yaw: number, pitch: number): Camera {
  const forward: Vector = [Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)];
  const right: Vector = [Math.cos(yaw), 0, -Math.sin(yaw)];
  const up = normalised([
    -Math.sin(yaw) * Math.sin(pitch),
    Math.cos(pitch),
    -Math.cos(yaw) * Math.sin(pitch),
  ]);
  return { position, right, up, forward };
}

function randomSolid(
  between: (least: number, most: number) => number,
  random: Random,
  width: number,
  depth: number,
): Solid {
  const [x, z] = [between(-0.38, 0.38) * width, between(2, depth - 0.8)];
  const kind = (['box', 'sphere', 'cylinder'] as const)[random.integer(3)];
  switch (kind) {
    case 'sphere': {
      const radius = between(0.25, 0.65);
      return { kind, center: [x, radius, z], radius };
    }
    case 'cylinder': {
      const [radius, halfHeight] = [between(0.2, 0.45), between(0.3, 0.9)];
      return { kind, center: [x, halfHeight, z], radius, halfHeight };
    }
    default: {
      const half: Vector = [between(0.2, 0.6), between(0.2, 0.8), between(0.2, 0.6)];
      const angle = between(0, Math.PI / 2);
      const turn = [Math.cos(angle), Math.sin(angle)] as const;
      return { kind: 'box', center: [x, half[1], z], half, turn };
    }
  }
}

function apart(a: Solid, b: Solid): boolean {
  return Math.hypot(a.center[0] - b.center[0], a.center[2] - b.center[2]) > reach(a) + reach(b);
}

const reach = (solid: Solid): number =>
  solid.kind === 'box' ? Math.hypot(solid.half[0], solid.half[2]) : solid.radius;

function randomPaint(random: Random, brightness: number): Paint {
  const color = (): Vector => {
    const channel = () => Math.min(1, brightness + 0.7 * (random.uniform() - 0.5));
    return [channel(), channel(), channel()];
  };
  const first = color();
  const pattern = (['plain', 'plain', 'checks', 'stripes'] as const)[random.integer(4)] ?? 'plain';
  return { first, second: color(), pattern, size: 0.25 + 0.5 * random.uniform() };
}
