import type { Dim, Shape } from '../../graph/graph';
import { unsupported } from './constant';

/** numpy broadcasting of shapes in ONNX order; the batch meets itself or 1. */
export function broadcastShapes(a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = fromEnd(a, rank - axis);
    const right = fromEnd(b, rank - axis);
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    return unsupported(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
  });
}

function fromEnd(shape: Shape, distance: number): Dim {
  const dim = shape[shape.length - distance];
  return dim === undefined ? 1 : dim;
}
