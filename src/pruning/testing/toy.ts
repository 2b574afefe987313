import type { EvaluateOptions, Evaluation, Oracle } from '../../engine/oracle';
import type { GroupId, KeepLists } from '../../graph/channel-types';
import { GraphBuilder } from '../../graph/builder';
import { analyseChannels } from '../../graph/channels';
import type { Graph } from '../../graph/graph';
import type { RunEvent } from '../events';
import { pagcp, type RunResult } from '../pagcp';
import { defaultSettings } from '../recipe-defaults';
import type { PagcpSettings } from '../recipe';
import { createPruningSession, type PruningSession } from '../session';

/** A chain of 3×3 convolutions on an 8×8 image, named a, b, c …, with a dense layer `out` on their mean. */
export function toyChain(widths: readonly number[], weight = (index: number) => Math.sin(index)): Graph {
  const builder = new GraphBuilder();
  let value = builder.input('x', [null, 8, 8, 1]);
  let width = 1;
  let index = 0;
  const kernel = (name: string, shape: readonly number[]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = Float32Array.from({ length: size }, () => weight(index++));
    const source = { tensor: name, axes: shape.map((_, axis) => axis) };
    return builder.param({ name, shape, data, role: 'weight', source });
  };
  for (const [depth, channels] of widths.entries()) {
    const name = String.fromCharCode(97 + depth);
    value = builder.add({
      op: 'conv2d',
      source: name,
      inputs: [value, kernel(name, [3, 3, width, channels])],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [1, 1, 1, 1],
      groups: 1,
    });
    width = channels;
  }
  const mean = builder.add({
    op: 'reduce',
    kind: 'mean',
    source: 'mean',
    inputs: [value],
    axes: [1, 2],
    keepDims: false,
  });
  builder.output(
    'out',
    builder.add({ op: 'dense', source: 'out', inputs: [mean, kernel('out', [width, 2])] }),
  );
  return builder.build();
}

/** Relative rise of each task's loss when `removed` units of a group are gone; groups' rises multiply. */
export type Sensitivity = Readonly<Record<string, (group: GroupId, removed: number) => number>>;

/** Losses by rule instead of by network. It remembers what it was asked. */
class ToyOracle implements Oracle {
  readonly backend = 'toy';
  readonly asked: KeepLists[] = [];
  readonly #sizes: ReadonlyMap<GroupId, number>;
  readonly #sensitivity: Sensitivity;

  constructor(sizes: ReadonlyMap<GroupId, number>, sensitivity: Sensitivity) {
    this.#sizes = sizes;
    this.#sensitivity = sensitivity;
  }

  get work() {
    return { evaluations: this.asked.length, macs: this.asked.length, naiveMacs: 2 * this.asked.length };
  }

  evaluate(keep: KeepLists, options?: EvaluateOptions): Promise<Evaluation> {
    options?.signal?.throwIfAborted();
    this.asked.push(keep);
    const losses = Object.entries(this.#sensitivity).map(([task, rise]) => {
      const factors = [...keep].map(
        ([group, kept]) => 1 + rise(group, (this.#sizes.get(group) ?? 0) - kept.length),
      );
      return [task, factors.reduce((product, factor) => product * factor, 1)] as const;
    });
    return Promise.resolve({ losses: Object.fromEntries(losses), metrics: {}, bound: 'exact', macs: 1 });
  }

  replaceParams(): Promise<void> {
    return Promise.resolve(); // Its losses come from counts alone.
  }

  dispose(): void {
    this.asked.length = 0;
  }
}

export function toySession(
  graph: Graph,
  sensitivity: Sensitivity,
  exclude: readonly string[] = [],
): PruningSession & { readonly oracle: ToyOracle } {
  const channels = analyseChannels(graph, { exclude });
  const oracle = new ToyOracle(new Map(channels.groups.map(({ id, size }) => [id, size])), sensitivity);
  const tasks = Object.keys(sensitivity).map((name) => ({ name }));
  return { ...createPruningSession({ graph, channels, tasks, oracle, samples: 1 }), oracle };
}

export const toySettings: PagcpSettings = { ...defaultSettings, delta: 0.2, lambda: 1 };

/** Pulls a run to its end. */
export async function runToEnd(
  session: PruningSession,
  settings: PagcpSettings,
): Promise<RunResult & { readonly events: readonly RunEvent[] }> {
  const events: RunEvent[] = [];
  const run = pagcp(session, settings);
  for (;;) {
    const next = await run.next();
    if (next.done) return { ...next.value, events };
    events.push(next.value);
  }
}
