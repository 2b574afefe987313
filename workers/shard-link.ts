import type { FromShard, ShardLink } from '../src/engine/shards/protocol';

/** A worker of the studio's worker that serves a shard. */
export function openShardWorker(): ShardLink {
  const worker = new Worker(new URL('./shard.worker.ts', import.meta.url), { type: 'module' });
  return {
    send: (message, transfer) => worker.postMessage(message, transfer),
    listen(onMessage, onEnd) {
      worker.onmessage = ({ data }: MessageEvent<FromShard>) => onMessage(data);
      worker.onmessageerror = () => onEnd(new Error('A worker sent what cannot be read.'));
      // A script that cannot be loaded has no message.
      worker.onerror = ({ message }) => onEnd(new Error(message || 'A worker could not be loaded.'));
    },
    close: () => worker.terminate(),
  };
}
