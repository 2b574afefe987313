import type { Outcome } from './record';

export interface Question {
  readonly suite: string;
  readonly folder: string;
  readonly name: string;
}

export interface Answer {
  readonly outcome: Outcome;
  /** Bytes that the process holds. */
  readonly memory: number;
}
