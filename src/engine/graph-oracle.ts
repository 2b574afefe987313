import { getBackend } from '@tensorflow/tfjs-core';
import type { KeepLists } from '../graph/channel-types';
import { graphMacs } from '../graph/cost';
import { fixedBatch, type Param, type ValueId } from '../graph/graph';
import { ActivationStore } from './activation-store';
import { batchSizeFor, DEFAULT_BUDGET } from './batching';
import { runBatch, type BatchInput, type BatchRun } from './batch-run';
import { firstShare, type SampleBatch } from './sample-batch';
import { BatchOrder } from './batch-order';
import { breathe } from './breath';
import { trimBufferPool } from './buffer-pool';
import { Candidate } from './candidate';
import { Choice, isSame } from './choice';
import { Dependence } from './dependence';
import type { EvaluateOptions, Evaluation, ExpectedNetwork, TaskLosses, Work } from './oracle';
import { planGraph, type Plan } from './plan';
import { estimateLosses } from './estimate';
import { linearLayers } from './products';
import { overlapsReading, Pipeline, type HeadStart } from './pipeline';
import { DealtBatches } from './dealt-batches';
import type { Measurement, MeasuringOptions, MeasuringOracle, OracleParts } from './measuring-oracle';
import { computesLosses } from './device-losses';
import { exceedsLimits, isOpen, QuestionStore, unseen, type Question } from './questions';
import { meanLosses, metricTallies, metricValues } from './tally';
import type { Variation } from './variation';
import { Variations } from './variations';
import { WeightStore } from './weights';

/**
 * An oracle that runs the sliced network on the current tfjs backend.
 *
 * While a group varies, the activations that the recomputed layers read are kept for every batch, as far as the
 * budget goes: those the group cannot change, and those of its own layers with the group whole, from which each
 * candidate takes its channels. The losses of a task that a candidate cannot change are remembered. Evaluations
 * asked for at the same time take turns.
 */
export function createOracle(parts: OracleParts): MeasuringOracle {
  return new GraphOracle(parts);
}

class GraphOracle implements MeasuringOracle {
  readonly backend = getBackend();
  #parts: OracleParts;
  readonly #input: BatchInput;
  readonly #wanted: readonly ValueId[];
  readonly #plan: Plan;
  readonly #batches: DealtBatches;
  #dependence: Dependence;
  readonly #store: ActivationStore;
  readonly #weights = new WeightStore();
  readonly #questions: QuestionStore;
  readonly #order = new BatchOrder();
  readonly #unfused: ReadonlySet<string>;
  readonly #variations: Variations;
  readonly #overlaps: boolean;
  readonly #isOnDevice: boolean;
  /** The network that was asked for or begun last. */
  #latest: Candidate | null = null;
  #headStart: HeadStart | null = null;
  #work: Work = { evaluations: 0, macs: 0, naiveMacs: 0 };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: OracleParts) {
    const { graph, channels, tasks, set, memoryBudgetBytes: budgetBytes = DEFAULT_BUDGET } = parts;
    this.#parts = parts;
    this.#input = { set, id: graph.inputs[0]?.id ?? '' };
    this.#wanted = [...new Set(tasks.flatMap(({ values }) => values.map(({ id }) => id)))];
    this.#unfused = linearLayers(graph);
    this.#plan = planGraph(graph, this.#wanted, this.#unfused);
    this.#dependence = Dependence.of(graph, channels);
    this.#isOnDevice = parts.lossesOnDevice ?? computesLosses(this.backend);
    this.#questions = new QuestionStore(tasks, set.count, this.#isOnDevice);
    this.#store = new ActivationStore(budgetBytes);
    const fixed = fixedBatch(graph);
    const size = fixed ?? parts.batchSize ?? batchSizeFor(graph, this.#plan, set.count, budgetBytes);
    this.#batches = new DealtBatches(set.count, size, fixed !== null);
    this.#variations = new Variations({
      ...{ graph, channels, plan: this.#plan, dependence: this.#dependence },
      ...{ store: this.#store, weights: this.#weights, count: set.count, budgetBytes },
      candidate: (keep) => this.#candidate(keep),
    });
    this.#overlaps = parts.overlaps ?? overlapsReading(this.backend);
  }

  get work(): Work {
    return this.#work;
  }

  async evaluate(keep: KeepLists, options: EvaluateOptions = {}): Promise<Evaluation> {
    const { evaluation } = await this.measure(keep, options);
    return evaluation;
  }

  measure(keep: KeepLists, options: MeasuringOptions = {}): Promise<Measurement> {
    const turn = this.#turn.then(() => this.#measure(keep, options));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  replaceParams(params: readonly Param[]): Promise<void> {
    const turn = this.#turn.then(() => {
      const { graph } = this.#parts;
      this.#dependence = this.#dependence.withParams(graph, params);
      const replaced = new Map([...graph.params, ...params.map((param) => [param.id, param] as const)]);
      this.#parts = { ...this.#parts, graph: { ...graph, params: replaced } };
    });
    this.#turn = turn;
    return turn;
  }

  dispose(): void {
    this.#store.dispose();
    this.#weights.dispose();
    this.#questions.clear();
    this.#variations.clear();
    this.#batches.clear();
    this.#latest = null;
    this.#headStart = null;
  }

  async #measure(requested: KeepLists, options: MeasuringOptions): Promise<Measurement> {
    const { limits, portion = 1, round, against, next, metrics: wanted = false, signal } = options;
    const { count } = this.#parts.set;
    const candidate = this.#asked(this.#withoutWhole(requested));
    const variation = this.#variations.of(candidate, options);
    const questions = this.#questions.about(candidate.choice, wanted);
    const isNew = questions.some(({ tally }) => !tally.isComplete);
    const { all } = this.#batches;
    const looked = portion < 1 ? firstShare(all, portion) : all;
    const pipeline = new Pipeline(this.#overlaps, candidate, this.#headStart);
    this.#headStart = null;
    const todo = this.#order
      .sort(unseen(looked, questions), limits)
      .filter((batch) => !pipeline.hasBegun(batch));
    const left = Math.floor((1 - (round?.until ?? 1)) * looked.length);
    let macs = 0;
    try {
      for (const batch of todo.slice(0, Math.max(0, todo.length - left))) {
        if (exceedsLimits(questions, limits, count)) break;
        signal?.throwIfAborted();
        const run = this.#submit(batch, candidate, variation, questions);
        macs += run.macs;
        await pipeline.add(run);
        await breathe();
      }
      if (this.#overlaps && next && !exceedsLimits(questions, next.limits ?? limits, count)) {
        this.#headStart = this.#begin(next, candidate, variation, looked, limits);
        macs += this.#headStart?.run.macs ?? 0;
      }
    } finally {
      await pipeline.drain();
    }
    const tallies = questions.map(({ tally }) => tally);
    const exceeds = exceedsLimits(questions, limits, count);
    this.#order.note(tallies, all);
    const isExact = tallies.every(({ isComplete }) => isComplete);
    if (isExact && candidate.choice.keep.size === 0)
      this.#batches.stratify(candidate.choice, tallies, this.#store);
    this.#weights.sweep();
    trimBufferPool();
    const { evaluations, macs: before, naiveMacs } = this.#work;
    const isCounted = portion === 1 && (round?.isFirst ?? true) && (isNew || !this.#isOnDevice);
    this.#work = {
      evaluations: evaluations + (isCounted ? 1 : 0),
      macs: before + macs,
      naiveMacs: naiveMacs + (isCounted ? graphMacs(candidate.graph) * count : 0),
    };
    const metrics = metricTallies(tallies);
    const isMeasured = wanted || !this.#isOnDevice;
    const figures = { metrics: isMeasured ? metricValues(this.#parts.tasks, metrics) : null, macs };
    if (isExact || exceeds || round) {
      const evaluation = { losses: meanLosses(tallies, count), bound: bound(isExact), ...figures };
      return { evaluation, tallies: metrics };
    }
    const estimates = this.#estimates(questions, looked, against);
    return { evaluation: { ...estimates, bound: 'estimate', ...figures }, tallies: metrics };
  }

  #submit(
    batch: SampleBatch,
    candidate: Candidate,
    variation: Variation,
    questions: readonly Question[],
  ): BatchRun {
    const open = questions.filter((question) => isOpen(question, batch));
    return runBatch(this.#input, batch, candidate, variation, open);
  }

  /** Submits the first batch of an expected network that differs from the candidate's in the varied group alone. */
  #begin(
    { keep }: ExpectedNetwork,
    candidate: Candidate,
    variation: Variation,
    looked: readonly SampleBatch[],
    limits: TaskLosses | undefined,
  ): HeadStart | null {
    const { group, whole } = variation;
    const choice = this.#choice(keep);
    const isNeighbour = group !== null && isSame(choice.withWhole(group).keep, whole.choice.keep);
    if (!isNeighbour || isSame(choice.keep, candidate.choice.keep)) return null;
    const questions = this.#questions.about(choice);
    const [batch] = this.#order.sort(unseen(looked, questions), limits);
    if (!batch) return null;
    try {
      const expected = this.#asked(choice.keep);
      return { candidate: expected, batch, run: this.#submit(batch, expected, variation, questions) };
    } catch {
      return null; // A hint fails nothing: if it is asked for, it fails then.
    }
  }

  #estimates(
    questions: readonly Question[],
    looked: readonly SampleBatch[],
    against: KeepLists | undefined,
  ): { readonly losses: TaskLosses; readonly errors: TaskLosses } {
    const references = against && this.#questions.about(this.#choice(against));
    const pairs = questions.map(({ tally }, index) => ({
      tally,
      reference: references?.[index]?.tally ?? null,
    }));
    const samples = looked.flatMap((batch) => batch.samples);
    return estimateLosses(pairs, samples, this.#parts.set.count);
  }

  #choice(keep: KeepLists): Choice {
    return new Choice(this.#withoutWhole(keep), this.#parts.channels, this.#dependence);
  }

  #candidate(keep: KeepLists): Candidate {
    const shared = { weights: this.#weights, dependence: this.#dependence, unfused: this.#unfused };
    return new Candidate(this.#parts.graph, this.#parts.channels, keep, this.#wanted, shared);
  }

  /** Rounds, portions and what was begun ask for the same network again. */
  #asked(keep: KeepLists): Candidate {
    const latest = this.#latest;
    const isLatest = latest?.original === this.#parts.graph && isSame(latest.choice.keep, keep);
    return (this.#latest = isLatest ? latest : this.#candidate(keep));
  }

  #withoutWhole(keep: KeepLists): KeepLists {
    const sizes = new Map(this.#parts.channels.groups.map(({ id, size }) => [id, size]));
    return new Map([...keep].filter(([id, units]) => units.length !== sizes.get(id)));
  }
}

function bound(isExact: boolean): 'exact' | 'early-exit' {
  return isExact ? 'exact' : 'early-exit';
}
