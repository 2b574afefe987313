import {
  add,
  concat as joined,
  gather as gathered,
  pad as padded,
  reverse,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { PadNode, Pair } from '../../graph/nodes';
import { everyNth, sliceAxis } from './spread';

export function concat(parts: readonly Tensor[], axis: number): Tensor {
  return joined([...parts], axis);
}

/** `count` elements along `axis`: start, start+step, …; step may be negative. */
export function slice(x: Tensor, axis: number, start: number, count: number, step: number): Tensor {
  const span = (count - 1) * Math.abs(step) + 1;
  const part = sliceAxis(x, axis, step > 0 ? start : start - span + 1, span);
  return everyNth(step > 0 ? part : reverse(part, axis), axis, Math.abs(step));
}

/** The elements at constant `indices` along `axis`. Runs of neighbours are sliced: gathers are slow on WASM. */
export function gather(x: Tensor, axis: number, indices: readonly number[]): Tensor {
  const runs = ascendingRuns(indices);
  if (runs.length > Math.max(4, indices.length / 4)) return gathered(x, [...indices], axis);
  const parts = runs.map(([start, count]) => sliceAxis(x, axis, start, count));
  return parts.length === 1 ? (parts[0] ?? x) : joined(parts, axis);
}

/** [start, count] of the maximal runs of consecutive indices, in order. */
function ascendingRuns(indices: readonly number[]): [start: number, count: number][] {
  const runs: [number, number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === index) last[1] += 1;
    else runs.push([index, 1]);
  }
  return runs;
}

/** Pads every axis; a negative amount cuts. */
export function pad(x: Tensor, mode: PadNode['mode'], pads: readonly Pair[], value: number): Tensor {
  const cropped = pads.reduce((part, [before, after], axis) => {
    const length = (x.shape[axis] ?? 1) + Math.min(0, before) + Math.min(0, after);
    return sliceAxis(part, axis, Math.max(0, -before), length);
  }, x);
  const grow = pads.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]);
  if (mode === 'constant') return padded(cropped, grow, value);
  return grow.reduce((part, [before, after], axis) => extendAxis(part, axis, before, after, mode), cropped);
}

function extendAxis(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  mode: 'reflect' | 'edge',
): Tensor {
  if (before === 0 && after === 0) return x;
  const length = x.shape[axis] ?? 1;
  const source = mode === 'edge' ? clampIndex : reflectIndex;
  const at = (index: number) => sliceAxis(x, axis, source(index, length), 1);
  const head = Array.from({ length: before }, (_, index) => at(index - before));
  const tail = Array.from({ length: after }, (_, index) => at(length + index));
  return joined([...head, x, ...tail], axis);
}

function clampIndex(index: number, length: number): number {
  return Math.min(length - 1, Math.max(0, index));
}

function reflectIndex(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const folded = ((index % period) + period) % period;
  return folded < length ? folded : period - folded;
}

/** Broadcasts axes of length 1; an addition, since tiling is slow on WASM. */
export function expand(x: Tensor, shape: readonly number[]): Tensor {
  return add(x, zeros([...shape]));
}
