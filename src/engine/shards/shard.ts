import { restoreSamples } from '../../calibration/byte-samples';
import { bindTask } from '../../tasks/bind';
import type { BoundTask, TaskBatch } from '../../tasks/task';
import { startBackend } from '../backends';
import { createOracle } from '../graph-oracle';
import type { MeasuringOracle } from '../measuring-oracle';
import type { FromShard, ShardBackend, ShardJob, ToShard } from './protocol';
import { toSent } from './sent-error';

/** The worker's side of a shard: hand it the messages of the coordinator, in order; it answers through `send`. */
export function serveShard(send: (message: FromShard) => void): (message: ToShard) => void {
  const shard = new Shard(send);
  return (message) => shard.receive(message);
}

class Shard {
  readonly #send: (message: FromShard) => void;
  readonly #underWay = new Map<number, AbortController>();
  #oracle: MeasuringOracle | null = null;

  constructor(send: (message: FromShard) => void) {
    this.#send = send;
  }

  receive(message: ToShard): void {
    switch (message.kind) {
      case 'start':
        void this.#start(message.job);
        return;
      case 'evaluate':
        void this.#evaluate(message);
        return;
      case 'abort':
        this.#underWay.get(message.id)?.abort();
        return;
      case 'replace-params':
        void this.#oracle?.replaceParams(message.params);
        return;
      case 'dispose':
        this.#oracle?.dispose();
        this.#oracle = null;
    }
  }

  async #start(job: ShardJob): Promise<void> {
    try {
      await startShardBackend(job.backend);
      this.#oracle = createShardOracle(job);
      this.#send({ kind: 'started' });
    } catch (error) {
      this.#send({ kind: 'start-failed', error: toSent(error) });
    }
  }

  async #evaluate({ id, keep, options }: Extract<ToShard, { kind: 'evaluate' }>): Promise<void> {
    const abort = new AbortController();
    this.#underWay.set(id, abort);
    try {
      if (!this.#oracle) throw new Error('The shard has not started.');
      const measurement = await this.#oracle.measure(keep, { ...options, signal: abort.signal });
      this.#send({ kind: 'evaluated', id, measurement, work: { ...this.#oracle.work } });
    } catch (error) {
      const reason = abort.signal.aborted ? new Error('aborted') : error;
      this.#send({ kind: 'failed', id, error: toSent(reason) });
    } finally {
      this.#underWay.delete(id);
    }
  }
}

/** The cores are taken by the other shards: WASM runs on one thread. */
async function startShardBackend({ name, wasmPaths }: ShardBackend): Promise<void> {
  const status = await startBackend(name, {
    singleThread: true,
    ...(wasmPaths === undefined ? {} : { wasmPaths }),
  });
  if (status.name !== name) throw new Error(status.why);
}

function createShardOracle(job: ShardJob): MeasuringOracle {
  const { graph, channels, set, first, tasks, batchSize, memoryBudgetBytes } = job;
  return createOracle({
    graph,
    channels,
    set: { ...set, input: restoreSamples(set.input), arrays: new Map() },
    tasks: tasks.map(({ binding: { spec, inputs, outputs }, values }) => ({
      task: fromSample(bindTask(spec, inputs, outputs), first),
      values,
    })),
    ...(batchSize === undefined ? {} : { batchSize }),
    memoryBudgetBytes,
  });
}

/** The task for batches whose samples are counted from the set's sample `first`. */
function fromSample(task: BoundTask, first: number): BoundTask {
  const { metric } = task;
  const shifted = (batch: TaskBatch): TaskBatch => ({ ...batch, first: first + batch.first });
  return {
    ...task,
    // It would count samples from the set's first; shards are for backends that are read for nothing.
    device: null,
    metric: metric && { ...metric, tally: (batch) => metric.tally(shifted(batch)) },
    losses: (batch) => task.losses(shifted(batch)),
    gradients: (batch) => task.gradients(shifted(batch)),
  };
}
