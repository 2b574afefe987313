/** What a thread is to open. */
export interface Damage {
  readonly format: string;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** Shared; holds the number of the round that is under way. */
  readonly clock: SharedArrayBuffer;
}

export interface Failure {
  readonly round: number;
  readonly problem: string;
}

/** What it found in the rounds that it came to the end of. */
export interface Outcome {
  readonly accepted: number;
  /** ms */
  readonly slowest: number;
  readonly failures: readonly Failure[];
}
