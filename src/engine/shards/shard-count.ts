const MOST = 8;
/** With fewer samples each, a worker's own overhead outweighs what it saves. */
const SAMPLES_EACH = 64;

/** How many workers to split a calibration set over, on so many cores; 1 means not to split it. */
export function shardCount(cores: number, samples: number): number {
  return Math.max(1, Math.min(cores, MOST, Math.floor(samples / SAMPLES_EACH)));
}
