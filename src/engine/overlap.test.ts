import fc from 'fast-check';
import { memory, Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KeepLists } from '../graph/channel-types';
import { createOracle } from './graph-oracle';
import type { EvaluateOptions } from './oracle';
import { firstUnits, parts, prunable } from './testing/energies';
import { startWasm } from './testing/wasm';

// Which breathes by the clock: without it the order of events does not depend on how fast the machine is.
vi.mock('./breath', () => ({ breathe: () => Promise.resolve() }));
// Where results come late, there is no memory to read them from at once.
vi.mock('./ops/heap', async (original) => ({ ...(await original<object>()), heapBackend: () => null }));

beforeAll(startWasm);
afterEach(() => vi.restoreAllMocks());

const [group = { id: '', size: 0 }] = prunable.filter(({ size }) => size === 8);
const keeping = (kept: number): KeepLists => new Map([[group.id, [...Array(kept).keys()]]]);
const vary = group.id;

const left = { ...parts, tasks: parts.tasks.slice(0, 1) };
const overlapping = { ...left, overlaps: true };

interface LateReading {
  /** The batch whose reading fails. */
  readonly failing?: number;
  readonly onSubmit?: (batch: number) => void;
}

/** Lets results come as late as a graphics device's do, and tells when batches (of one output) are handed over and read. */
function readLate({ failing, onSubmit }: LateReading = {}): string[] {
  const log: string[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the tensor below
  const read = Tensor.prototype.data;
  let count = 0;
  vi.spyOn(Tensor.prototype, 'data').mockImplementation(async function (this: Tensor) {
    const batch = ++count;
    log.push(`submit ${batch}`);
    onSubmit?.(batch);
    await new Promise((resolve) => setTimeout(resolve));
    if (batch === failing) throw new Error('the device is lost');
    expect(this.isDisposed).toBe(false);
    log.push(`read ${batch}`);
    return read.call(this);
  });
  return log;
}

const readingDone = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('an evaluation that overlaps reading', () => {
  it('submits the next batch while one is read', async () => {
    const log = readLate();
    const oracle = createOracle(overlapping);
    await oracle.evaluate(new Map());
    expect(log).toEqual(['submit 1', 'submit 2', 'read 1', 'submit 3', 'read 2', 'read 3']);
    oracle.dispose();
  });

  it('is not made where results are there at once', async () => {
    const log = readLate();
    const oracle = createOracle(left);
    await oracle.evaluate(keeping(7), { vary, next: { keep: keeping(6) } });
    expect(log).toEqual(['submit 1', 'read 1', 'submit 2', 'read 2', 'submit 3', 'read 3']);
    oracle.dispose();
  });

  it('measures the same, whatever is asked and expected next', async () => {
    const kept = fc.integer({ min: 1, max: 8 });
    const questions = fc.array(
      fc.record({
        kept,
        next: kept,
        of: fc.constantFrom(...prunable),
        share: fc.constantFrom(0.2, 0.9, 1.1),
      }),
      { minLength: 2, maxLength: 6 },
    );
    readLate();
    const { losses: whole } = await createOracle(parts).evaluate(new Map());
    const property = fc.asyncProperty(questions, async (asked) => {
      const tensors = memory().numTensors;
      const oracles = [false, true].map((overlaps) => createOracle({ ...parts, batchSize: 2, overlaps }));
      for (const { kept, next, of, share } of asked) {
        const keep = new Map([[of.id, firstUnits(of, kept)]]);
        const expected = { keep: new Map([[of.id, firstUnits(of, next)]]) };
        const limits = Object.fromEntries(Object.entries(whole).map(([task, loss]) => [task, loss * share]));
        const options: EvaluateOptions = { vary: of.id, limits, next: expected };
        const [plain, overlapped] = await Promise.all(
          oracles.map((oracle) => oracle.evaluate(keep, options)),
        );
        const exceeds = (losses = {}) =>
          Object.entries<number>(losses).some(([task, loss]) => loss > (limits[task] ?? Infinity));
        expect(exceeds(overlapped?.losses)).toBe(exceeds(plain?.losses));
        if (plain?.bound !== 'exact' || overlapped?.bound !== 'exact') continue;
        expect(overlapped.metrics).toEqual({ left: 1, right: 1 });
        for (const [task, loss] of Object.entries(plain.losses))
          expect((overlapped.losses[task] ?? NaN) / loss).toBeCloseTo(1, 5);
      }
      oracles.forEach((oracle) => oracle.dispose());
      await readingDone();
      expect(memory().numTensors).toBe(tensors);
    });
    await fc.assert(property, { numRuns: 8 });
  });

  it('runs one batch at most after a limit is exceeded, and counts it', async () => {
    readLate();
    const plain = createOracle(left);
    const exact = await plain.evaluate(new Map());
    plain.dispose();
    const limits = { left: (exact.losses['left'] ?? 0) / 100 };
    const oracle = createOracle({ ...overlapping, batchSize: 2 });
    const early = await oracle.evaluate(new Map(), { limits });
    expect(early).toMatchObject({ bound: 'early-exit', macs: (2 / 5) * exact.macs });
    expect(early.losses['left']).toBeGreaterThan(limits.left);
    expect(await oracle.evaluate(new Map())).toEqual({ ...exact, macs: exact.macs - early.macs });
    oracle.dispose();
  });

  it('waits for what is under way when it is told to stop, and leaves nothing', async () => {
    const stop = new AbortController();
    const log = readLate({ onSubmit: (batch) => (batch === 2 ? stop.abort() : undefined) });
    const oracle = createOracle(overlapping);
    const before = memory().numTensors;
    await expect(oracle.evaluate(new Map(), { signal: stop.signal })).rejects.toThrow('aborted');
    expect(log).toEqual(['submit 1', 'submit 2', 'read 1', 'read 2']);
    oracle.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('the network expected next', () => {
  it('is begun before the last batch is read, and run no further than it takes', async () => {
    const plain = createOracle(left);
    await plain.evaluate(keeping(7), { vary });
    const sequential = await plain.evaluate(keeping(6), { vary });
    const log = readLate();
    const oracle = createOracle(overlapping);
    await oracle.evaluate(keeping(7), { vary, next: { keep: keeping(6) } });
    expect(log.slice(-4)).toEqual(['submit 3', 'read 2', 'submit 4', 'read 3']);
    const { losses, metrics } = await oracle.evaluate(keeping(6), { vary });
    expect(log.slice(7)).toEqual(['submit 5', 'read 4', 'submit 6', 'read 5', 'read 6']);
    expect({ losses, metrics }).toEqual({ losses: sequential.losses, metrics: { left: 1 } });
    expect(oracle.work).toEqual(plain.work);
    plain.dispose();
    oracle.dispose();
  });

  it('is not begun when the losses are over its limits, nor when more than the varied group differs', async () => {
    const log = readLate();
    const oracle = createOracle(overlapping);
    await oracle.evaluate(keeping(7), { vary, next: { keep: keeping(6), limits: { left: 0 } } });
    const other = prunable.find(({ id }) => id !== group.id);
    const elsewhere = new Map([[other?.id ?? '', [0]]]);
    await oracle.evaluate(keeping(5), { vary, next: { keep: elsewhere } });
    expect(log.filter((entry) => entry.startsWith('submit'))).toHaveLength(6);
    oracle.dispose();
  });

  it('costs one batch when it is not what is asked', async () => {
    const plain = createOracle(left);
    const asked = [await plain.evaluate(keeping(7), { vary }), await plain.evaluate(keeping(3), { vary })];
    plain.dispose();
    readLate();
    const oracle = createOracle(overlapping);
    const first = await oracle.evaluate(keeping(7), { vary, next: { keep: keeping(6) } });
    const second = await oracle.evaluate(keeping(3), { vary });
    expect([first.losses, second.losses]).toEqual(asked.map(({ losses }) => losses));
    expect(second.macs).toBe(asked[1]?.macs);
    const wasted = first.macs - (asked[0]?.macs ?? 0);
    expect(wasted).toBeGreaterThan(0);
    const later = await oracle.evaluate(keeping(6), { vary });
    const anew = createOracle(left);
    await anew.evaluate(keeping(7), { vary });
    expect(later.macs).toBe((await anew.evaluate(keeping(6), { vary })).macs - wasted);
    [oracle, anew].forEach((each) => each.dispose());
  });

  it('fails nobody but who asks for it', async () => {
    readLate({ failing: 4 });
    const oracle = createOracle(overlapping);
    await oracle.evaluate(keeping(7), { vary, next: { keep: keeping(6) } });
    const { losses } = await oracle.evaluate(keeping(3), { vary, next: { keep: keeping(2) } });
    expect(losses['left']).toBeGreaterThan(0);
    oracle.dispose();
    vi.restoreAllMocks();

    readLate({ failing: 4 });
    const asking = createOracle(overlapping);
    await asking.evaluate(keeping(7), { vary, next: { keep: keeping(6) } });
    await expect(asking.evaluate(keeping(6), { vary })).rejects.toThrow('lost');
    expect((await asking.evaluate(keeping(6), { vary })).bound).toBe('exact');
    asking.dispose();
  });

  it('leaves nothing when nobody asks any more', async () => {
    readLate();
    const before = memory().numTensors;
    const oracle = createOracle(overlapping);
    await oracle.evaluate(keeping(7), { vary, next: { keep: keeping(6) } });
    oracle.dispose();
    await readingDone();
    expect(memory().numTensors).toBe(before);
  });
});
