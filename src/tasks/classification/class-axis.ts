import { elementCount, sameShape, squeeze, type Sample } from '../alignment';

/**
 * A sample seen as positions (pixels; one for a plain vector) that each hold `classes` numbers: class c of position
 * p is element `start(p) + c · stride`. The class axis is the sample's first or last.
 */
export interface ClassLayout {
  readonly axis: 'first' | 'last';
  readonly classes: number;
  readonly positions: number;
  /** The positions' own shape: the sample without its class axis. */
  readonly shape: Sample;
  readonly stride: number;
}

/** The possible layouts of an output's sample, channels-first before channels-last. */
export function classLayouts(sample: Sample): ClassLayout[] {
  const shape = squeeze(sample);
  const layouts = [layout(shape, 'first'), ...(shape.length > 1 ? [layout(shape, 'last')] : [])];
  return layouts.filter(({ classes }) => classes >= 2);
}

export function startOf(layout: ClassLayout, position: number): number {
  return layout.axis === 'first' ? position : position * layout.classes;
}

/** The layout whose positions have the labels' shape, or `undefined`. */
export function layoutForLabels(sample: Sample, labels: Sample): ClassLayout | undefined {
  return classLayouts(sample).find(({ shape }) => sameShape(shape, squeeze(labels)));
}

/** Whether every position's values are non-negative and sum to one within 1e-3, as softmax leaves them. */
export function areProbabilities(values: ArrayLike<number>, layout: ClassLayout): boolean {
  const sampleSize = layout.classes * layout.positions;
  for (let first = 0; first < values.length; first += sampleSize) {
    for (let position = 0; position < layout.positions; position++) {
      let sum = 0;
      for (let c = 0; c < layout.classes; c++) {
        const value = values[first + startOf(layout, position) + c * layout.stride] ?? NaN;
        if (!(value >= 0)) return false;
        sum += value;
      }
      if (!(Math.abs(sum - 1) <= 1e-3)) return false;
    }
  }
  return values.length > 0;
}

function layout(shape: Sample, axis: 'first' | 'last'): ClassLayout {
  const classes = (axis === 'first' ? shape[0] : shape.at(-1)) ?? 1;
  const rest = axis === 'first' ? shape.slice(1) : shape.slice(0, -1);
  const positions = elementCount(rest);
  return { axis, classes, positions, shape: rest, stride: axis === 'first' ? positions : 1 };
}
