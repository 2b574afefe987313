/** What a thread is to open. */
export interface Damage {
  readonly format: string;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** Shared; holds the number of the round that is under way. */
  readonly clock: SharedArrayBuffer;
}

/** Sent at once, as the thread may be ended in a later round. */
export interface Failure {
  readonly round: number;
  readonly problem: string;
}

/** Sent once, at the end. */
export interface Done {
  readonly accepted: number;
  /** ms */
  readonly slowest: number;
}
