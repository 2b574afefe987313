import './quiet-console';
import { parentPort } from 'node:worker_threads';
import type { ToShard } from '../src/engine/shards/protocol';
import { serveShard } from '../src/engine/shards/shard';

const receive = serveShard((message) => parentPort?.postMessage(message));
parentPort?.on('message', (message: ToShard) => receive(message));
