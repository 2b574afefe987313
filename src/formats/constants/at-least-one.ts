import type { GraphBuilder } from '../../graph/builder';
import type { ValueId } from '../../graph/graph';

/** A node of the graph needs an input, even where nothing of it is computed. */
export function atLeastOne(builder: GraphBuilder, inputs: readonly ValueId[]): readonly ValueId[] {
  if (inputs.length > 0) return inputs;
  const data = Float32Array.of(0);
  return [builder.param({ name: 'none', shape: [], data, role: 'constant', source: null })];
}
