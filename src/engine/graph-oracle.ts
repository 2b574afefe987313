import { getBackend } from '@tensorflow/tfjs-core';
import type { GroupId, KeepLists } from '../graph/channel-types';
import { graphMacs } from '../graph/cost';
import { fixedBatch, type Param, type ValueId } from '../graph/graph';
import { ActivationStore } from './activation-store';
import { batchSizeFor, DEFAULT_BUDGET, sampleBytes } from './batching';
import { runBatch, type BatchInput, type BatchRun } from './batch-run';
import { cutSamples, firstShare, type SampleBatch } from './sample-batch';
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
import { movesBetween, shuffled, stratify } from './strata';
import { groupReach, NOTHING, type GroupReach } from './group-reach';
import type { Reach } from './reach';
import { chooseHeld } from './held';
import type { Measurement, MeasuringOptions, MeasuringOracle, OracleParts } from './measuring-oracle';
import { computesLosses } from './device-losses';
import { exceedsLimits, isOpen, QuestionStore, unseen, type Question } from './questions';
import { difficulties, meanLosses, metricTallies, metricValues, type Tally } from './tally';
import { Variation } from './variation';
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
  readonly #fixedBatch: number | null;
  readonly #wanted: readonly ValueId[];
  readonly #plan: Plan;
  #batches: readonly SampleBatch[];
  #isStratified = false;
  #dependence: Dependence;
  readonly #budget: number;
  readonly #store: ActivationStore;
  readonly #weights = new WeightStore();
  readonly #questions: QuestionStore;
  readonly #order = new BatchOrder();
  readonly #unfused: ReadonlySet<string>;
  readonly #reaches = new Map<GroupId, GroupReach>();
  readonly #overlaps: boolean;
  readonly #isOnDevice: boolean;
  /** The network that was asked for or begun last. */
  #latest: Candidate | null = null;
  #headStart: HeadStart | null = null;
  #variation: Variation | null = null;
  #work: Work = { evaluations: 0, macs: 0, naiveMacs: 0 };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: OracleParts) {
    this.#parts = parts;
    this.#input = { set: parts.set, id: parts.graph.inputs[0]?.id ?? '' };
    this.#fixedBatch = fixedBatch(parts.graph);
    this.#wanted = [...new Set(parts.tasks.flatMap(({ values }) => values.map(({ id }) => id)))];
    this.#unfused = linearLayers(parts.graph);
    this.#plan = planGraph(parts.graph, this.#wanted, this.#unfused);
    this.#isOnDevice = parts.lossesOnDevice ?? computesLosses(this.backend);
    this.#questions = new QuestionStore(parts.tasks, parts.set.count, this.#isOnDevice);
    this.#dependence = Dependence.of(parts.graph, parts.channels);
    this.#budget = parts.memoryBudgetBytes ?? DEFAULT_BUDGET;
    this.#store = new ActivationStore(this.#budget);
    const largest = batchSizeFor(parts.graph, this.#plan, parts.set.count, this.#budget);
    this.#batches = cutSamples(shuffled(parts.set.count), this.#fixedBatch ?? parts.batchSize ?? largest);
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
    this.#variation = null;
    this.#latest = null;
    this.#headStart = null;
    this.#isStratified = false;
  }

  async #measure(requested: KeepLists, options: MeasuringOptions): Promise<Measurement> {
    const { limits, portion = 1, round, against, next, metrics: wanted = false, signal } = options;
    const { count } = this.#parts.set;
    const candidate = this.#asked(this.#withoutWhole(requested));
    const variation = this.#vary(options, candidate);
    const questions = this.#questions.about(candidate.choice, wanted);
    const isNew = questions.some(({ tally }) => !tally.isComplete);
    const looked = portion < 1 ? firstShare(this.#batches, portion) : this.#batches;
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
    this.#order.note(tallies, this.#batches);
    const isExact = tallies.every(({ isComplete }) => isComplete);
    if (isExact && candidate.choice.keep.size === 0) this.#stratify(candidate.choice, tallies);
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

  /**
   * Deals the samples out anew by what each costs the whole network, activations included. Where the network takes a
   * number of its own, the leading axis of an activation need not be the samples, and they stay where they are.
   */
  #stratify(whole: Choice, tallies: readonly Tally[]): void {
    if (this.#isStratified || this.#fixedBatch !== null) return;
    this.#isStratified = true;
    const dealt = stratify(difficulties(tallies, this.#parts.set.count), this.#batches.length);
    if (!dealt) return;
    const { batches, moves } = movesBetween(this.#batches, dealt);
    this.#store.advance(
      (id) => whole.signature(id),
      () => null,
    );
    this.#store.regroup(moves);
    this.#batches = batches;
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

  #vary({ vary, upcoming }: EvaluateOptions, candidate: Candidate): Variation {
    const { choice } = candidate;
    const rest = vary === undefined ? choice : choice.withWhole(vary);
    const current = this.#variation;
    if (vary !== undefined && current?.group === vary && current.whole.choice.name === rest.name)
      return current;
    const found = vary === undefined ? NOTHING : this.#reach(vary);
    const whole = vary === undefined ? candidate : this.#candidate(rest.keep);
    const held = this.#held(whole, found.reach, [...(vary === undefined ? [] : [vary]), ...(upcoming ?? [])]);
    const group = vary ?? null;
    const variation = new Variation({
      group,
      whole,
      ...found,
      held,
      store: this.#store,
      weights: this.#weights,
    });
    if (vary === undefined && !upcoming) return variation;
    variation.follow(current);
    this.#variation = variation;
    return variation;
  }

  #reach(group: GroupId): GroupReach {
    const { graph, channels } = this.#parts;
    const found =
      this.#reaches.get(group) ?? groupReach(group, graph, channels, this.#plan, this.#dependence);
    this.#reaches.set(group, found);
    return found;
  }

  /** What to keep for the groups that vary next. A value that candidates change is there three times at the worst. */
  #held({ graph }: Candidate, reach: Reach, groups: readonly GroupId[]): ReadonlySet<ValueId> {
    const { count } = this.#parts.set;
    return chooseHeld(
      groups.map((group) => this.#reach(group).lasting),
      (id) => sampleBytes(graph, id) * count * (reach.get(id) === 'mixed' ? 3 : 1),
      this.#budget,
    );
  }

  #withoutWhole(keep: KeepLists): KeepLists {
    const sizes = new Map(this.#parts.channels.groups.map(({ id, size }) => [id, size]));
    return new Map([...keep].filter(([id, units]) => units.length !== sizes.get(id)));
  }
}

function bound(isExact: boolean): 'exact' | 'early-exit' {
  return isExact ? 'exact' : 'early-exit';
}
