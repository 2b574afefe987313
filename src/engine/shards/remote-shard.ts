import type { KeepLists } from '../../graph/channel-types';
import type { Param } from '../../graph/graph';
import type { Measurement } from '../measuring-oracle';
import type { Work } from '../oracle';
import type { EvaluateShardOptions, FromShard, ShardJob, ShardLink } from './protocol';
import { fromSent } from './sent-error';

interface Waiting {
  resolve(measurement: Measurement): void;
  reject(error: Error): void;
}

/** A shard as the coordinator sees it. */
export class RemoteShard {
  /** Number of its samples. */
  readonly count: number;
  readonly #link: ShardLink;
  readonly #waiting = new Map<number, Waiting>();
  readonly #started: Promise<void>;
  #settleStart: { resolve(): void; reject(error: Error): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  #work: Work = { evaluations: 0, macs: 0, naiveMacs: 0 };
  /** Why it cannot be asked any more. */
  #ended: Error | null = null;

  /** Starts the shard; the job's input is transferred to it. */
  constructor(link: ShardLink, job: ShardJob) {
    this.#link = link;
    this.count = job.set.count;
    this.#started = new Promise<void>((resolve, reject) => {
      this.#settleStart = { resolve, reject };
    });
    // Who waits for it is told; a shard closed before that is nobody's error.
    this.#started.catch(() => undefined);
    link.listen(
      (message) => this.#receive(message),
      (why) => this.#end(why),
    );
    const { input } = job.set;
    const { buffer } = input instanceof Float32Array ? input : input.data;
    link.send({ kind: 'start', job }, buffer instanceof ArrayBuffer ? [buffer] : []);
  }

  get work(): Work {
    return this.#work;
  }

  started(): Promise<void> {
    return this.#started;
  }

  evaluate(id: number, keep: KeepLists, options: EvaluateShardOptions): Promise<Measurement> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#link.send({ kind: 'evaluate', id, keep, options }, []);
    });
  }

  abort(id: number): void {
    if (this.#waiting.has(id)) this.#link.send({ kind: 'abort', id }, []);
  }

  replaceParams(params: readonly Param[]): void {
    if (!this.#ended) this.#link.send({ kind: 'replace-params', params }, []);
  }

  close(): void {
    if (this.#ended) return;
    this.#link.send({ kind: 'dispose' }, []);
    this.#end(new Error('The calibration set was put away.'));
  }

  #receive(message: FromShard): void {
    switch (message.kind) {
      case 'started':
        this.#settleStart.resolve();
        return;
      case 'start-failed':
        this.#end(fromSent(message.error));
        return;
      case 'evaluated':
        this.#work = message.work;
        this.#take(message.id)?.resolve(message.measurement);
        return;
      case 'failed':
        this.#take(message.id)?.reject(fromSent(message.error));
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(why: Error): void {
    if (this.#ended) return;
    this.#ended = why;
    this.#link.close();
    this.#settleStart.reject(why);
    for (const waiting of this.#waiting.values()) waiting.reject(why);
    this.#waiting.clear();
  }
}
