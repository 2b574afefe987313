import { beforeAll, describe, expect, it } from 'vitest';
import { readCalibration } from '../src/calibration';
import { startWasm } from '../src/engine/testing/wasm';
import { readModel } from '../src/formats';
import type { RunEvent } from '../src/pruning/events';
import { pagcp } from '../src/pruning/pagcp';
import { defaultSettings } from '../src/pruning/recipe-defaults';
import { defaultRecover } from '../src/recovery/settings';
import { createSession, type Session } from '../src/session';
import { goldenBytes } from '../src/testing/golden';
import type { RunSetup } from './api';
import { RecordedRun } from './recorded-run';
import { recoveryOf } from './run-recovery';
import { RunResult } from './run-result';

const setup: RunSetup = {
  calibration: {
    file: 'calibration.npz',
    input: 'x',
    layout: 'NHWC',
    scale: 1 / 255,
    mean: [0],
    std: [1],
    limit: 16,
  },
  tasks: ['left', 'right'].map((name) => ({ name, loss: 'cross-entropy', output: name, labels: name })),
  method: { ...defaultSettings, delta: 0.4, alpha: 10, ratios: [0.25, 0.5] },
  exclude: [],
  recover: { ...defaultRecover, when: 'each-commit', methods: ['least-squares'] },
};

const open = (): Promise<Session> =>
  createSession({
    artifact: readModel([{ name: 'model.onnx', bytes: goldenBytes('vggmulti', 'model.onnx') }]),
    calibration: readCalibration([
      { name: 'calibration.npz', bytes: goldenBytes('vggmulti', 'calibration.npz') },
    ]),
    ...{ spec: setup.calibration, tasks: setup.tasks, method: setup.method, exclude: setup.exclude },
  });

/** A run that recovers after every commit: its events, and what it left. */
async function run(topK: number): Promise<{ events: readonly RunEvent[]; result: RunResult }> {
  const session = await open();
  const result = new RunResult(session, setup);
  const recovery = recoveryOf(session, setup, new AbortController().signal);
  if (!recovery) throw new Error('The setup recovers nothing.');
  const events: RunEvent[] = [];
  const method = { ...setup.method, topK };
  for await (const event of pagcp(session, method, { recovery: result.watch(recovery) })) {
    result.take(event);
    events.push(event);
  }
  session.dispose();
  return { events, result };
}

const recorded = (
  events: readonly RunEvent[],
  told: (done: number, total: number) => void = () => undefined,
) =>
  new RecordedRun(setup, structuredClone(events), {
    session: open,
    inTurn: (work) => work(),
    progress: told,
  });

describe('a recorded run', () => {
  beforeAll(startWasm);

  it.each([1, 0.5])(
    'leaves the model that the run left, with its recovered weights (top-K %d)',
    async (topK) => {
      const { events, result } = await run(topK);
      const told: number[] = [];
      const again = await recorded(events, (done, total) => void told.push(done / total)).result();
      expect(again.modelFiles()).toEqual(result.modelFiles());
      expect(again.zip()[0]?.name).toBe('model-pruned.zip');
      expect(told.length).toBeGreaterThan(1);
      expect(told.at(-1)).toBe(1);
    },
  );

  it('has the network after each of its steps', async () => {
    const { events } = await run(1);
    const firstStep = events.slice(0, 1 + events.findIndex(({ kind }) => kind === 'step-recovered'));
    const early = await recorded(firstStep).result();
    const late = await recorded(events).result();
    const keep = early.keep();
    expect(keep.size).toBe(1);
    expect([...late.graphOf(keep).params.values()]).toEqual([...early.network().graph.params.values()]);
  });

  it('can be given up while its recovery is repeated, says why, and begins anew when it is asked again', async () => {
    const { events, result } = await run(1);
    const told: number[] = [];
    const given = recorded(events, (done) => {
      told.push(done);
      if (told.length === 1) given.giveUp();
    });
    await expect(given.result()).rejects.toThrow(/not recovered again, because another run began/);
    expect(told).toEqual([1]);
    expect((await given.result()).modelFiles()).toEqual(result.modelFiles());
  });

  it('says so when the network that is open is another one', async () => {
    const { events } = await run(1);
    const other = events.map((event) =>
      event.kind === 'run-started'
        ? { ...event, groups: event.groups.map((group) => ({ ...group, size: group.size + 1 })) }
        : event,
    );
    await expect(recorded(other).result()).rejects.toThrow(/model\.onnx.*the run on show is of a network/);
  });
});
