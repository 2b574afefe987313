import type { StoredSamples } from '../../calibration/byte-samples';
import type { CalibrationSet } from '../../calibration/calibration';
import type { ChannelMap, KeepLists } from '../../graph/channel-types';
import type { Graph, Param, Value } from '../../graph/graph';
import type { Binding } from '../../tasks/arrays';
import type { BackendOptions } from '../backends';
import type { MeasuringOptions, Measurement } from '../measuring-oracle';
import type { Work } from '../oracle';
import type { SentError } from './sent-error';

/** A part of the calibration set and all that is needed to evaluate on it; plain data. */
export interface ShardJob {
  readonly graph: Graph;
  readonly channels: ChannelMap;
  readonly set: Omit<CalibrationSet, 'arrays' | 'input'> & { readonly input: StoredSamples };
  /** Index of the shard's first sample in the whole set, which the bindings are of. */
  readonly first: number;
  readonly tasks: readonly { readonly binding: Binding; readonly values: readonly Value[] }[];
  readonly backend: ShardBackend;
  readonly batchSize: number | undefined;
  readonly memoryBudgetBytes: number;
}

export interface ShardBackend {
  readonly name: 'wasm' | 'cpu';
  readonly wasmPaths?: BackendOptions['wasmPaths'];
}

/** Limits are of the shard's own mean loss. */
export type EvaluateShardOptions = Omit<MeasuringOptions, 'signal'>;

/** What a shard is asked. Evaluations are numbered; the answers bear the number. */
export type ToShard =
  | { readonly kind: 'start'; readonly job: ShardJob }
  | {
      readonly kind: 'evaluate';
      readonly id: number;
      readonly keep: KeepLists;
      readonly options: EvaluateShardOptions;
    }
  | { readonly kind: 'abort'; readonly id: number }
  /** Not answered: later evaluations have them. */
  | { readonly kind: 'replace-params'; readonly params: readonly Param[] }
  | { readonly kind: 'dispose' };

export type FromShard =
  | { readonly kind: 'started' }
  | { readonly kind: 'start-failed'; readonly error: SentError }
  | {
      readonly kind: 'evaluated';
      readonly id: number;
      readonly measurement: Measurement;
      /** The shard's work so far. */
      readonly work: Work;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly error: SentError };

/** The coordinator's end of the line to a shard: a Web Worker, a thread, or a message channel. */
export interface ShardLink {
  send(message: ToShard, transfer: ArrayBuffer[]): void;
  /** Called once, before anything is sent. `onEnd` is told when the worker fails, or ends by itself. */
  listen(onMessage: (message: FromShard) => void, onEnd: (why: Error) => void): void;
  /** Ends the worker at once. */
  close(): void;
}
