import type { ValueId } from '../graph/graph';

/** The values of the first frontiers that fit into the budget together, each frontier as a whole. */
export function chooseHeld(
  frontiers: readonly (readonly ValueId[])[],
  bytes: (id: ValueId) => number,
  budget: number,
): ReadonlySet<ValueId> {
  const held = new Set<ValueId>();
  let left = budget;
  for (const frontier of frontiers) {
    const missing = frontier.filter((id) => !held.has(id));
    left -= missing.reduce((sum, id) => sum + bytes(id), 0);
    if (left < 0) break;
    missing.forEach((id) => held.add(id));
  }
  return held;
}
