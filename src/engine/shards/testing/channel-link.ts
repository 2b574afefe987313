import type { FromShard, ShardLink, ToShard } from '../protocol';
import { serveShard } from '../shard';

/** A shard in this process, behind a channel that clones and transfers as a worker's does. */
export function openChannel(onClose: () => void = () => undefined): ShardLink {
  const { port1, port2 } = new MessageChannel();
  const receive = serveShard((message) => port2.postMessage(message));
  port2.onmessage = ({ data }: MessageEvent<ToShard>) => receive(data);
  return {
    send: (message, transfer) => port1.postMessage(message, transfer),
    listen(onMessage) {
      port1.onmessage = ({ data }: MessageEvent<FromShard>) => onMessage(data);
    },
    close() {
      port1.close();
      onClose();
    },
  };
}
