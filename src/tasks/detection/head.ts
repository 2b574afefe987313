import { shapeText, taskError, type Binding } from '../arrays';
import type { ImageSize } from '../image-size';
import type { TaskOutput } from '../task';

/** A grid of cells that each hold `values` numbers for each of some anchors. */
export interface Head {
  readonly anchors: number;
  readonly values: number;
  readonly width: number;
  readonly height: number;
  /** Pixels of the input per cell. */
  readonly strideX: number;
  readonly strideY: number;
  readonly anchorStep: number;
  readonly cellStep: number;
  readonly valueStep: number;
}

/** The element of an anchor's first number in a cell. */
export const headStart = (head: Head, anchor: number, cell: number): number =>
  anchor * head.anchorStep + cell * head.cellStep;

/**
 * How an output holds its anchors: channels first (anchor-major), channels last, [anchors, rows, columns, values] or
 * [rows, columns, anchors, values].
 * @param values how many numbers an anchor has, where that is known
 */
export function readHead(
  binding: Binding,
  output: TaskOutput,
  image: ImageSize,
  anchors: number,
  values: number | null,
): Head {
  const shape = output.sampleShape;
  const [a = 1, b = 1, c = 1, d = 1] = shape;
  if (shape.length === 4 && a === anchors && fits(image, b, c) && (values ?? d) === d)
    return head(image, anchors, d, b, c, [b * c * d, d, 1]);
  if (shape.length === 4 && c === anchors && fits(image, a, b) && (values ?? d) === d)
    return head(image, anchors, d, a, b, [d, anchors * d, 1]);
  if (shape.length === 3 && a % anchors === 0 && fits(image, b, c) && (values ?? a / anchors) === a / anchors)
    return head(image, anchors, a / anchors, b, c, [(a / anchors) * b * c, 1, b * c]);
  if (shape.length === 3 && c % anchors === 0 && fits(image, a, b) && (values ?? c / anchors) === c / anchors)
    return head(image, anchors, c / anchors, a, b, [c / anchors, c, 1]);
  throw taskError(
    binding,
    `, output "${output.name}"`,
    `a sample of it is ${shapeText(shape)}, which is no grid over ${image.height}×${image.width} pixels of ${anchors === 1 ? '' : `${anchors} anchors with `}${values ?? 'some'} values.`,
    'Name the raw output of the head, or correct the anchors or the image size.',
  );
}

/** A grid has the image's aspect, up to rounding, and is not finer than it. */
function fits({ height, width }: ImageSize, rows: number, columns: number): boolean {
  const [strideY, strideX] = [height / rows, width / columns];
  return (
    strideY >= 1 && strideX >= 1 && Math.abs(strideX / strideY - 1) <= 1 / Math.min(rows, columns) + 1e-9
  );
}

function head(
  image: ImageSize,
  anchors: number,
  values: number,
  height: number,
  width: number,
  [anchorStep, cellStep, valueStep]: readonly [number, number, number],
): Head {
  const [strideX, strideY] = [image.width / width, image.height / height];
  return { anchors, values, width, height, strideX, strideY, anchorStep, cellStep, valueStep };
}
