import type { CalibrationSet } from '../../calibration/calibration';
import { noise } from '../../engine/testing/compare';
import { analyseChannels } from '../../graph/channels';
import type { Graph, Param, ValueId } from '../../graph/graph';
import type { Reference } from '../network';

export function withParam(graph: Graph, name: string, change: (data: Float32Array) => Float32Array): Graph {
  const found = [...graph.params.values()].find((param) => param.name === name);
  if (!found) throw new Error(`There is no param ${name}.`);
  const changed: Param = { ...found, data: change(found.data) };
  return { ...graph, params: new Map<ValueId, Param>([...graph.params, [found.id, changed]]) };
}

/** The graph with noise for a calibration set. */
export function referenceOf(graph: Graph, count = 32): Reference {
  const shape = (graph.inputs[0]?.shape ?? []).slice(1).map((dim) => dim ?? 1);
  const size = shape.reduce((product, dim) => product * dim, 1);
  const set: CalibrationSet = {
    count,
    sampleShape: shape,
    input: noise(count * size, 9),
    arrays: new Map(),
  };
  return { original: graph, channels: analyseChannels(graph), set };
}

/** Pulls a generator to its end. */
export async function finish<Event, Result>(
  run: AsyncGenerator<Event, Result>,
): Promise<{ readonly events: readonly Event[]; readonly result: Result }> {
  const events: Event[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}
