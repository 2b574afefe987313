/** What a task shows of one sample, as plain data. */
export interface Drawing {
  /** The sample's loss; Infinity where the output is not a number. */
  readonly loss: number;
  readonly picture: Picture;
}

export type Picture =
  | ClassBars
  | NumberBars
  | BoxPicture
  | ClassMap
  | ScalarMap
  | VectorMap
  | PointPicture
  | { readonly kind: 'none' };

/** A choice between classes, or several yes-or-no answers. */
export interface ClassBars {
  readonly kind: 'classes';
  /** Probabilities, by class. */
  readonly probabilities: readonly number[];
  /** The true classes; empty where there are no labels. */
  readonly labels: readonly number[];
}

/** Measurements. */
export interface NumberBars {
  readonly kind: 'numbers';
  readonly predicted: readonly number[];
  readonly truth: readonly number[] | null;
}

export interface BoxPicture {
  readonly kind: 'boxes';
  /** The size of the input that coordinates refer to, in pixels. */
  readonly width: number;
  readonly height: number;
  /** By falling score. */
  readonly predicted: readonly DrawnBox[];
  /** With score 1. */
  readonly truth: readonly DrawnBox[];
}

/** Corners in pixels of the network's input. */
export interface DrawnBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly class: number;
  readonly score: number;
}

/** A class for each position; 255 = none applies. */
export interface ClassMap {
  readonly kind: 'class-map';
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  readonly predicted: Uint8Array;
  readonly truth: Uint8Array | null;
}

/** A number for each position, e.g. depth or the probability of an edge; NaN = unknown. */
export interface ScalarMap {
  readonly kind: 'scalar-map';
  readonly width: number;
  readonly height: number;
  /** The range to draw both maps in. */
  readonly min: number;
  readonly max: number;
  readonly predicted: Float32Array;
  readonly truth: Float32Array | null;
}

/** A unit vector for each position, height × width × 3; zero = unknown. */
export interface VectorMap {
  readonly kind: 'vector-map';
  readonly width: number;
  readonly height: number;
  readonly predicted: Float32Array;
  readonly truth: Float32Array | null;
}

/** Named places, e.g. joints, by their index. */
export interface PointPicture {
  readonly kind: 'points';
  /** The size of the input that coordinates refer to, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly predicted: readonly DrawnPoint[];
  /** Those that are labelled. */
  readonly truth: readonly DrawnPoint[];
}

export interface DrawnPoint {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly score: number;
}
