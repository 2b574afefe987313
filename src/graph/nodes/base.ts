export type ValueId = string;

export interface NodeBase {
  /** Unique in the graph. */
  readonly id: string;
  /** The name of the node (ONNX) or layer (Keras, TFJS) this came from, as a person would look it up. */
  readonly source: string;
  readonly output: ValueId;
}

/** [top, left, bottom, right] */
export type Pads = readonly [number, number, number, number];
export type Pair = readonly [number, number];
