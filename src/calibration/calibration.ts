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
}

/** The calibration set made ready: preprocessed inputs in the model input's own axis order, and label arrays. */
export interface CalibrationSet {
  readonly count: number;
  /** Shape of one sample in the model input's axis order (batch excluded). */
  readonly sampleShape: readonly number[];
  /** count × sample, row-major. */
  readonly input: Float32Array;
  readonly arrays: ReadonlyMap<string, NamedArray>;
}
