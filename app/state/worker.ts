import * as Comlink from 'comlink';
import type { StudioMessage, StudioWorker } from '../../workers/api';
import type { RecoveryMessage, RecoveryWorker } from '../../workers/recovery-api';

const worker = new Worker(new URL('../../workers/studio.worker.ts', import.meta.url), { type: 'module' });

/** Commands to the worker. What happens there comes back over one channel: see `connectWorker`. */
export const engine = Comlink.wrap<StudioWorker & RecoveryWorker>(worker);

export async function connectWorker(
  receive: (message: StudioMessage | RecoveryMessage) => void,
): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<StudioMessage | RecoveryMessage>) => receive(data);
  await engine.connect(Comlink.transfer(port2, [port2]));
}

/** Tells when the worker itself cannot be loaded: commands to it would never answer. */
export const workerFailure = new Promise<string>((resolve) => {
  worker.addEventListener('error', ({ message }) => resolve(message || 'its code could not be loaded.'));
});

/** What went wrong, as a sentence. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
