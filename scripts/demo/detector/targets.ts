import { cells, classes, stride, type SceneBox } from './scenes';

/** What CenterNet's heads are to give, channels last. */
export interface CenterTargets {
  /** count×16×16×10: 1 at a digit's cell, falling off around it. */
  readonly heat: Float32Array;
  /** count×16×16×2: width and height in cells, at the cells of digits. */
  readonly size: Float32Array;
  /** count×16×16×2: where in its cell the centre lies, 0 … 1 across and down. */
  readonly offset: Float32Array;
  /** count×16×16: 1 at the cells of digits. */
  readonly present: Uint8Array;
}

/**
 * Zhou et al. 2019, "Objects as Points": a Gaussian around each centre, as wide as a sixth of the box, the larger value
 * where two meet.
 */
export function centerTargets(scenes: readonly (readonly SceneBox[])[]): CenterTargets {
  const area = cells * cells;
  const targets = {
    heat: new Float32Array(scenes.length * area * classes),
    size: new Float32Array(scenes.length * area * 2),
    offset: new Float32Array(scenes.length * area * 2),
    present: new Uint8Array(scenes.length * area),
  };
  scenes.forEach((boxes, scene) => boxes.forEach((box) => mark(targets, scene, box)));
  return targets;
}

function mark({ heat, size, offset, present }: CenterTargets, scene: number, box: SceneBox): void {
  const [x, y] = [(box.left + box.right) / 2 / stride, (box.top + box.bottom) / 2 / stride];
  const [column, row] = [Math.min(cells - 1, Math.floor(x)), Math.min(cells - 1, Math.floor(y))];
  const [width, height] = [(box.right - box.left) / stride, (box.bottom - box.top) / stride];
  const cell = (scene * cells + row) * cells + column;
  present[cell] = 1;
  size.set([width, height], cell * 2);
  offset.set([x - column, y - row], cell * 2);
  const [across, down] = [Math.max(0.4, width / 6), Math.max(0.4, height / 6)];
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const distance = ((j - column) / across) ** 2 + ((i - row) / down) ** 2;
      const at = ((scene * cells + i) * cells + j) * classes + box.digit;
      const value = Math.exp(-distance / 2);
      if (value > 1e-3) heat[at] = Math.max(heat[at] ?? 0, value);
    }
  }
}
