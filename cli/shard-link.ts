import { Worker } from 'node:worker_threads';
import type { FromShard, ShardLink } from '../src/engine/shards/protocol';

/** A thread of Node that serves a shard. */
export function openShardThread(onExit: () => void = () => undefined): ShardLink {
  const worker = new Worker(startScript(), { eval: true, execArgv: [] });
  worker.once('exit', onExit);
  return {
    send: (message, transfer) => worker.postMessage(message, transfer),
    listen(onMessage, onEnd) {
      worker.on('message', (message: FromShard) => onMessage(message));
      worker.on('error', (error: Error) => onEnd(error));
      worker.on('exit', (code) => onEnd(new Error(`A worker thread ended by itself, with code ${code}.`)));
    },
    close: () => void worker.terminate(),
  };
}

/** Threads do not inherit tsx, which lets Node run TypeScript. */
function startScript(): string {
  const tsx = import.meta.resolve('tsx/esm/api');
  const thread = new URL('./shard-thread.ts', import.meta.url).href;
  return `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(thread)});
  });`;
}
