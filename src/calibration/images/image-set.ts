import type { NamedBytes } from '../../util/files';

/** Pictures with their labels, as a folder or an archive holds them; nothing is decoded yet. */
export interface ImageSet {
  /** Named in messages. */
  readonly file: string;
  readonly samples: readonly ImageSample[];
  /** Label arrays of one number a sample, in the order of the samples. */
  readonly columns: readonly LabelColumn[];
  /** Names of what the numbers of an array stand for, by its name. */
  readonly classNames: ReadonlyMap<string, readonly string[]>;
  /** What was left out or assumed, in sentences. */
  readonly notes: readonly string[];
}

export interface ImageSample {
  readonly image: NamedBytes;
  /** null where the set labels no objects. */
  readonly objects: readonly LabelledObject[] | null;
  /** Pictures whose pixels are labels, by the name of the array. */
  readonly maps: ReadonlyMap<string, MapFile>;
}

export interface MapFile {
  /** Classes become uint8, numbers (such as depth) float32. */
  readonly kind: 'classes' | 'numbers';
  readonly file: NamedBytes;
}

export interface LabelColumn {
  readonly name: string;
  readonly dtype: 'int32' | 'float32';
  readonly values: readonly number[];
}

/** Coordinates are in pixels of the picture as stored, or in fractions of its size. */
export interface LabelledObject {
  readonly units: 'pixels' | 'fractions';
  readonly category: number;
  /** Corners x1, y1, x2, y2. */
  readonly box: readonly [number, number, number, number] | null;
  readonly region: Region | null;
  /** x, y, visibility (0 not labelled, 1 hidden, 2 visible) by keypoint. */
  readonly keypoints: readonly number[] | null;
  /** A group of objects, or one too hard to judge: not to be learnt, nor to be counted as an error. */
  readonly ignored: boolean;
}

export type Region =
  | { readonly kind: 'polygons'; readonly polygons: readonly (readonly number[])[] }
  | {
      readonly kind: 'runs';
      readonly width: number;
      readonly height: number;
      readonly counts: readonly number[];
    };

/** The array that holds the pictures once they are decoded. */
export const imageArray = 'image';
