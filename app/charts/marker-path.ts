import type { Marker } from '../state/task-style';

/** The outline of a task's marker around (0, 0); its area is about that of a circle of radius `r`. */
export function markerPath(marker: Marker, r: number): string {
  switch (marker) {
    case 'circle':
      return `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
    case 'square':
      return polygon(corners(4, r * 1.25, Math.PI / 4));
    case 'triangle':
      return polygon(corners(3, r * 1.45, -Math.PI / 2));
    case 'diamond':
      return polygon(corners(4, r * 1.35, 0));
    case 'cross':
      return polygon(plus(r * 1.2, r * 0.42));
    case 'star':
      return polygon(star(r * 1.5, r * 0.65));
    case 'wye':
      return polygon(corners(3, r * 1.45, Math.PI / 2));
  }
}

type Point = readonly [x: number, y: number];

function corners(count: number, r: number, turn: number): Point[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = turn + (index * 2 * Math.PI) / count;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  });
}

function star(outer: number, inner: number): Point[] {
  return corners(5, outer, -Math.PI / 2).flatMap((tip, index) => {
    const angle = -Math.PI / 2 + ((index + 0.5) * 2 * Math.PI) / 5;
    return [tip, [inner * Math.cos(angle), inner * Math.sin(angle)] as const];
  });
}

function plus(a: number, b: number): Point[] {
  return [
    [-b, -a],
    [b, -a],
    [b, -b],
    [a, -b],
    [a, b],
    [b, b],
    [b, a],
    [-b, a],
    [-b, b],
    [-a, b],
    [-a, -b],
    [-b, -b],
  ];
}

function polygon(points: readonly Point[]): string {
  return `M${points.map(([x, y]) => `${round(x)},${round(y)}`).join('L')}Z`;
}

const round = (value: number) => Math.round(value * 100) / 100;
