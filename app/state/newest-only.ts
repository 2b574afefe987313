/** Runs `work` with never more than one in flight; calls made meanwhile collapse into one that runs afterwards. */
export function newestOnly(work: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  return function ask(): void {
    if (running) {
      again = true;
      return;
    }
    running = true;
    void work().finally(() => {
      running = false;
      if (!again) return;
      again = false;
      ask();
    });
  };
}
