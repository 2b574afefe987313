import { taskError, type Binding } from '../../arrays';
import { imageSize } from '../../image-size';
import type { Values } from '../../kind';
import { headStart, readHead, type Head } from '../head';

/** A scale of the head, with its anchors' widths and heights in pixels. */
export interface YoloHead extends Head {
  readonly sizes: readonly (readonly [number, number])[];
}

/** YOLOv5's anchors for three scales (strides 8, 16, 32). */
const defaultAnchors = [
  [10, 13, 16, 30, 33, 23],
  [30, 61, 62, 45, 59, 119],
  [116, 90, 156, 198, 373, 326],
];

/** Reads the raw outputs, from the finest scale: x, y, width, height, objectness and classes of each anchor. */
export function readYoloHeads(binding: Binding): readonly YoloHead[] {
  const { spec, outputs } = binding;
  const anchors = spec.anchors ?? (outputs.length === 3 ? defaultAnchors : undefined);
  if (anchors?.length !== outputs.length || anchors.some((list) => list.length % 2 !== 0)) {
    throw taskError(
      binding,
      ', anchors',
      anchors
        ? `there are anchors of ${anchors.length} scales, and outputs of ${outputs.length}.`
        : 'they are missing.',
      'Give widths and heights in pixels for each output, in the order of the outputs.',
    );
  }
  const image = imageSize(binding);
  const heads = outputs.map((output, scale): YoloHead => {
    const list = anchors[scale] ?? [];
    const sizes = Array.from({ length: list.length / 2 }, (_, anchor): [number, number] => [
      list[2 * anchor] ?? NaN,
      list[2 * anchor + 1] ?? NaN,
    ]);
    return { ...readHead(binding, output, image, sizes.length, null), sizes };
  });
  const values = heads[0]?.values ?? 0;
  if (values > 5 && heads.every((head) => head.values === values)) return heads;
  throw taskError(
    binding,
    '',
    `its outputs have ${heads.map((head) => head.values).join(', ')} values for each anchor.`,
    'A YOLOv5 head has 5 and one for each class at every scale; correct the outputs or the anchors.',
  );
}

export const classesOf = (heads: readonly YoloHead[]): number => (heads[0]?.values ?? 5) - 5;

/** One of an anchor's raw numbers. */
export const rawAt = (head: Head, output: Values, anchor: number, cell: number, value: number): number =>
  output[headStart(head, anchor, cell) + value * head.valueStep] ?? NaN;

/** The scales that a task counts. */
export function countedScales(binding: Binding, scales: number): readonly number[] {
  const { scale } = binding.spec;
  if (scale === undefined) return Array.from({ length: scales }, (_, index) => index);
  if (scale < scales) return [scale];
  throw taskError(
    binding,
    ', scale',
    `${scale} is not among the ${scales} scales.`,
    'Count them from 0, or leave it out for all.',
  );
}
