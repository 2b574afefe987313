import { createOracle } from '../graph-oracle';
import type { OracleParts } from '../measuring-oracle';
import type { Oracle } from '../oracle';
import { createShardedOracle, type ShardedOracleParts, type ShardOptions } from './sharded-oracle';

export interface SplitOptions extends ShardOptions {
  /** Told when the workers could not start, and the oracle runs in place instead. */
  readonly onFallBack: (why: Error) => void;
}

/** An oracle over `shards` workers; with one, or where they cannot start, an oracle in place. */
export async function createSplitOracle(
  parts: OracleParts & ShardedOracleParts,
  { onFallBack, ...options }: SplitOptions,
): Promise<Oracle> {
  if (options.shards < 2) return createOracle(parts);
  try {
    return await createShardedOracle(parts, options);
  } catch (error) {
    onFallBack(error instanceof Error ? error : new Error(String(error)));
    return createOracle(parts);
  }
}
