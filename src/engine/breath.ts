const RESTLESS_MS = 20;

let last = 0;

/** Lets the event loop run, at most every 20 ms, so that a pause, a stop or a message is heard between batches. */
export async function breathe(): Promise<void> {
  if (performance.now() - last < RESTLESS_MS) return;
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
  port1.close();
  last = performance.now();
}
