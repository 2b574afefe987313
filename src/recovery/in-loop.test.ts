import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createOracle } from '../engine/graph-oracle';
import type { Oracle } from '../engine/oracle';
import { startWasm } from '../engine/testing/wasm';
import type { Graph } from '../graph/graph';
import { Net } from '../graph/testing/net';
import { pagcp, type RunResult } from '../pruning/pagcp';
import { defaultSettings } from '../pruning/recipe-defaults';
import { createPruningSession, type PruningSession } from '../pruning/session';
import type { Setup } from '../session/setup';
import { inLoopRecovery } from './in-loop';
import { defaultRecover } from './settings';
import { halvesParts } from './testing/halves';
import { finish } from './testing/nets';

beforeAll(startWasm);

/** Four convolutions, one of them beside another, and two heads. */
function deepGraph(): Graph {
  const net = new Net();
  const layer = (x: string, name: string) =>
    net.relu(net.bn(net.conv(x, name, 8, { bias: false }), `${name}.norm`));
  const stem = layer(net.input('x', 6, 6, 1), 'stem');
  const middle = layer(stem, 'middle');
  const features = net.mean(net.add(layer(middle, 'left'), layer(stem, 'right')));
  return net.outputs({ side: net.dense(features, 'side', 2), level: net.dense(features, 'level', 2) });
}

/** An oracle that is made afresh on the network with the new params each time. */
class ForgetfulOracle implements Oracle {
  readonly backend = 'wasm';
  #setup: Setup;
  #oracle: Oracle;
  #before: Oracle['work'] = { evaluations: 0, macs: 0, naiveMacs: 0 };

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#oracle = createOracle(setup);
  }

  get work(): Oracle['work'] {
    const { evaluations, macs, naiveMacs } = this.#oracle.work;
    return {
      evaluations: this.#before.evaluations + evaluations,
      macs: this.#before.macs + macs,
      naiveMacs: this.#before.naiveMacs + naiveMacs,
    };
  }

  evaluate(...question: Parameters<Oracle['evaluate']>): ReturnType<Oracle['evaluate']> {
    return this.#oracle.evaluate(...question);
  }

  replaceParams(replaced: Parameters<Oracle['replaceParams']>[0]): Promise<void> {
    const { graph } = this.#setup;
    const params = new Map([...graph.params, ...replaced.map((param) => [param.id, param] as const)]);
    this.#before = this.work;
    this.#oracle.dispose();
    this.#setup = { ...this.#setup, graph: { ...graph, params } };
    this.#oracle = createOracle(this.#setup);
    return Promise.resolve();
  }

  dispose(): void {
    this.#oracle.dispose();
  }
}

async function prune(
  session: PruningSession,
  { graph: original, channels, set }: Setup,
  search: 'linear' | 'bracket',
): Promise<RunResult> {
  const settings = { ...defaultSettings, delta: 0.4, alpha: 20, ratios: [0.25, 0.5], search };
  const recovery = inLoopRecovery(
    { original, channels, set },
    { graph: original, keep: new Map() },
    { ...defaultRecover, when: 'each-commit', methods: ['least-squares'] },
  );
  const { result } = await finish(pagcp(session, settings, { recovery }));
  return result;
}

describe.each(['linear', 'bracket'] as const)('recovery after every commit of a %s search', (search) => {
  it('ends where an oracle that forgets everything leads, with less work', async () => {
    const before = memory().numTensors;
    const { setup } = await halvesParts(deepGraph(), null);
    const sessionOf = (oracle: Oracle) => {
      const { graph, channels, set } = setup;
      const tasks = setup.tasks.map(({ task }) => task.spec);
      return createPruningSession({ graph, channels, tasks, oracle, samples: set.count });
    };
    const [keeping, forgetting] = [createOracle(setup), new ForgetfulOracle(setup)];
    const session = sessionOf(keeping);
    const first = await prune(session, setup, search);
    const again = await prune(session, setup, search);
    const expected = await prune(sessionOf(forgetting), setup, search);
    keeping.dispose();
    forgetting.dispose();
    expect(memory().numTensors).toBe(before);

    expect(first.keep.size).toBeGreaterThanOrEqual(3);
    expect(first.keep).toEqual(expected.keep);
    for (const [task, loss] of Object.entries(expected.report.final.losses))
      expect(first.report.final.losses[task]).toBeCloseTo(loss, 5);
    expect(first.report.work.macs).toBeLessThan(0.9 * expected.report.work.macs);

    // Numbers that come back are known, so a run repeated pays for nothing.
    expect(again.keep).toEqual(first.keep);
    expect(again.report.final).toEqual(first.report.final);
    expect(again.report.work.macs).toBe(0);
    expect(again.report.work.recoveryMacs).toBe(first.report.work.recoveryMacs);
  });
});
