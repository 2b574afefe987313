import type { Fit } from '../images/geometry';
import type { Interpolation } from '../images/resample';

/** A named array of a calibration file; row-major; the leading axis is the sample. */
export interface NamedArray {
  readonly name: string;
  readonly dtype: 'uint8' | 'int8' | 'int16' | 'int32' | 'int64' | 'float32' | 'float64' | 'bool';
  readonly shape: readonly number[];
  /** int64 and float64 are converted to the nearest double; bool to 0 and 1. */
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

export interface CalibrationFile {
  readonly file: string;
  readonly arrays: ReadonlyMap<string, NamedArray>;
  /** What the numbers of an array stand for, by its name. */
  readonly classNames?: ReadonlyMap<string, readonly string[]>;
  /** What the samples are called, where they have names of their own. */
  readonly sampleNames?: readonly string[];
  /** The samples are those that the spec takes, in its order: pictures are decoded only where they are used. */
  readonly drawn?: true;
}

/** The recipe's `calibration`: which array is the input and how its values become the network's. */
export interface CalibrationSpec {
  readonly file: string;
  readonly input: string;
  readonly layout: 'NHWC' | 'NCHW';
  /** x·scale, then (x−mean)/std per channel; a single mean or std serves every channel. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** At most this many samples, from the first. */
  readonly limit: number | null;
  readonly subset?: SubsetSpec;
  /** For pictures: how they come to the network's size. Default: resize. */
  readonly fit?: Fit;
  /** For `centre-crop`: pixels of the shorter side before the cut. Default: as the network needs. */
  readonly size?: number;
  /** For pictures. Default: antialias. */
  readonly interpolation?: Interpolation;
  /** For pictures: the order of the network's channels; mean and std follow it. Default: rgb. */
  readonly channels?: 'rgb' | 'bgr';
  /** For `letterbox`: 0 … 255, what stands beside the picture. Default: 114, as YOLO has it. */
  readonly pad?: number;
  /** What the numbers of depth maps are multiplied by. Default: 1. */
  readonly depthScale?: number;
}

/** A part of the set, drawn before `limit` applies. */
export interface SubsetSpec {
  readonly count: number;
  readonly seed: number;
  /** An array of classes, each of which gets the same share as far as it has samples. */
  readonly balance?: string;
}

/** Numbers that are asked for by the sample: a Float32Array, or bytes that become numbers only then. */
export interface InputSamples {
  readonly length: number;
  /** The numbers from `first` up to `end`. */
  subarray(first: number, end: number): Float32Array;
}

/** The calibration set made ready: preprocessed inputs in the model input's own axis order, and label arrays. */
export interface CalibrationSet {
  readonly count: number;
  /** Shape of one sample in the model input's axis order (batch excluded). */
  readonly sampleShape: readonly number[];
  /** count × sample, row-major. */
  readonly input: InputSamples;
  readonly arrays: ReadonlyMap<string, NamedArray>;
}
