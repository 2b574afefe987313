import type { ToShard } from '../src/engine/shards/protocol';
import { serveShard } from '../src/engine/shards/shard';

const receive = serveShard((message) => self.postMessage(message));
self.onmessage = ({ data }: MessageEvent<ToShard>) => receive(data);
