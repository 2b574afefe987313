import type { CalibrationSet } from '../../calibration/calibration';
import { storeSamples } from '../../calibration/byte-samples';
import type { ChannelMap, KeepLists } from '../../graph/channel-types';
import type { Graph, Param, Value } from '../../graph/graph';
import type { Binding } from '../../tasks/arrays';
import type { MeasuringOptions, Measurement } from '../measuring-oracle';
import type { EvaluateOptions, Evaluation, Oracle, TaskLosses, Work } from '../oracle';
import type { BoundTask } from '../../tasks/task';
import { mergeTallies, metricValues, type MetricTallies } from '../tally';
import type { ShardBackend, ShardJob, ShardLink } from './protocol';
import { RemoteShard } from './remote-shard';

export interface ShardedTask {
  readonly task: BoundTask;
  /** From which each shard binds the task anew. */
  readonly binding: Binding;
  readonly values: readonly Value[];
}

export interface ShardedOracleParts {
  readonly graph: Graph;
  readonly channels: ChannelMap;
  readonly set: CalibrationSet;
  readonly tasks: readonly ShardedTask[];
}

export interface ShardOptions {
  /** At most one a sample. */
  readonly shards: number;
  readonly backend: ShardBackend;
  /** Makes a worker that serves a shard. */
  readonly open: () => ShardLink;
  /** Samples a batch; as for an oracle in place. */
  readonly batchSize?: number;
  /** For activations kept between evaluations, of all shards together; 512 MB by default. */
  readonly memoryBudgetBytes?: number;
}

const DEFAULT_BUDGET = 512 * 2 ** 20;

/**
 * An oracle over several workers: each holds the graph and a contiguous part of the calibration set, and the losses
 * are summed in the order of the parts. The same to the bit for a number of shards, and to float tolerance for any.
 *
 * @throws Error when a shard cannot start; none is left running then
 */
export async function createShardedOracle(parts: ShardedOracleParts, options: ShardOptions): Promise<Oracle> {
  const shards: RemoteShard[] = [];
  try {
    for (const job of cutJobs(parts, options)) shards.push(new RemoteShard(options.open(), job));
    await Promise.all(shards.map((shard) => shard.started()));
  } catch (error) {
    shards.forEach((shard) => shard.close());
    throw error;
  }
  return new ShardedOracle(shards, parts.tasks, options.backend.name);
}

function* cutJobs(parts: ShardedOracleParts, options: ShardOptions): Generator<ShardJob> {
  const { graph, channels, set } = parts;
  const { backend, batchSize, memoryBudgetBytes = DEFAULT_BUDGET } = options;
  const tasks = parts.tasks.map(({ binding, values }) => ({ binding, values }));
  const size = set.sampleShape.reduce((product, length) => product * length, 1);
  const shards = Math.max(1, Math.min(options.shards, set.count));
  for (let shard = 0; shard < shards; shard++) {
    const first = Math.floor((shard * set.count) / shards);
    const end = Math.floor(((shard + 1) * set.count) / shards);
    const input = storeSamples(set.input, first * size, end * size);
    yield {
      graph,
      channels,
      set: { count: end - first, sampleShape: set.sampleShape, input },
      first,
      tasks,
      backend,
      batchSize,
      memoryBudgetBytes: memoryBudgetBytes / shards,
    };
  }
}

class ShardedOracle implements Oracle {
  readonly backend: string;
  readonly #shards: readonly RemoteShard[];
  readonly #tasks: readonly ShardedTask[];
  readonly #count: number;
  #last = 0;

  constructor(shards: readonly RemoteShard[], tasks: readonly ShardedTask[], backend: string) {
    this.backend = backend;
    this.#shards = shards;
    this.#tasks = tasks;
    this.#count = sum(shards.map(({ count }) => count));
  }

  get work(): Work {
    const works = this.#shards.map(({ work }) => work);
    return {
      evaluations: Math.max(...works.map(({ evaluations }) => evaluations)),
      macs: sum(works.map(({ macs }) => macs)),
      naiveMacs: sum(works.map(({ naiveMacs }) => naiveMacs)),
    };
  }

  async evaluate(keep: KeepLists, options: EvaluateOptions = {}): Promise<Evaluation> {
    const { limits, portion = 1 } = options;
    if (!limits || portion < 1 || this.#shards.length < 2) return this.#ask(keep, options);
    let macs = 0;
    for (const [index, until] of ROUNDS.entries()) {
      const evaluation = await this.#ask(keep, options, { until, isFirst: index === 0 });
      macs += evaluation.macs;
      const { bound, losses } = evaluation;
      const exceeds = Object.entries(losses).some(([task, loss]) => loss > (limits[task] ?? Infinity));
      if (exceeds || bound === 'exact' || until === 1) return { ...evaluation, macs };
    }
    throw new Error('The last round sees every sample.');
  }

  /** Asks all shards at once, with the limits that each can prove exceeded alone. */
  async #ask(
    keep: KeepLists,
    { signal, limits, next: _next, ...hints }: EvaluateOptions,
    round?: MeasuringOptions['round'],
  ): Promise<Evaluation> {
    signal?.throwIfAborted();
    const id = ++this.#last;
    const failures: unknown[] = [];
    const abort = () => this.#shards.forEach((shard) => shard.abort(id));
    signal?.addEventListener('abort', abort);
    const asked = this.#shards.map((shard) => {
      const own = limits ? { limits: this.#ownLimits(limits, shard) } : {};
      const options = { ...hints, ...own, ...(round ? { round } : {}) };
      return shard.evaluate(id, keep, options).catch((error: unknown) => {
        failures.push(error);
        abort();
        return null;
      });
    });
    // Whatever becomes of this evaluation, no shard is still busy with it when the next one begins.
    const answers = await Promise.all(asked);
    signal?.removeEventListener('abort', abort);
    signal?.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    return this.#sum(answers.filter((answer) => answer !== null));
  }

  replaceParams(params: readonly Param[]): Promise<void> {
    this.#shards.forEach((shard) => shard.replaceParams(params));
    return Promise.resolve();
  }

  dispose(): void {
    this.#shards.forEach((shard) => shard.close());
  }

  /** What a shard's mean loss must exceed to prove alone that the mean over all samples does: losses are not negative. */
  #ownLimits(limits: TaskLosses, { count }: RemoteShard): TaskLosses {
    const factor = (this.#count / count) * (1 + ROUNDING);
    return mapValues(limits, (limit) => limit * factor);
  }

  #sum(measurements: readonly Measurement[]): Evaluation {
    const evaluations = measurements.map(({ evaluation }) => evaluation);
    const bound = loosest(evaluations.map((evaluation) => evaluation.bound));
    return {
      losses: this.#mean(evaluations.map(({ losses }) => losses)),
      metrics: this.#metrics(measurements.map(({ tallies }) => tallies)),
      bound,
      macs: sum(evaluations.map(({ macs }) => macs)),
      ...(bound === 'estimate' ? { errors: this.#errors(evaluations) } : {}),
    };
  }

  /** Of the mean over all samples: shards are sampled independently of each other. */
  #errors(evaluations: readonly Evaluation[]): TaskLosses {
    return mapValues(evaluations[0]?.losses ?? {}, (_, task) => {
      const parts = evaluations.map(
        ({ errors }, index) => (errors?.[task] ?? 0) * (this.#shards[index]?.count ?? NaN),
      );
      return Math.hypot(...parts) / this.#count;
    });
  }

  #metrics(tallies: readonly MetricTallies[]): TaskLosses {
    const merged = this.#tasks.flatMap(({ task: { spec, metric } }) => {
      const parts = tallies.map((tally) => tally[spec.name] ?? new Float64Array());
      return metric ? [[spec.name, mergeTallies(metric, parts)] as const] : [];
    });
    return metricValues(this.#tasks, Object.fromEntries(merged));
  }

  #mean(means: readonly TaskLosses[]): TaskLosses {
    return mapValues(means[0] ?? {}, (_, task) => {
      const sums = means.map((mean, index) => (mean[task] ?? NaN) * (this.#shards[index]?.count ?? NaN));
      return sum(sums) / this.#count;
    });
  }
}

/** Shares of their batches after which the shards' losses are added up, to see whether a limit is exceeded. */
const ROUNDS = [1 / 4, 1 / 2, 3 / 4, 1];

/** Of sums over shards against the same sums over all samples. */
const ROUNDING = 1e-12;

function mapValues(values: TaskLosses, change: (value: number, name: string) => number): TaskLosses {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

/** One shard that proved a limit exceeded proved it for all. */
function loosest(bounds: readonly Evaluation['bound'][]): Evaluation['bound'] {
  return (
    bounds.find((bound) => bound === 'early-exit') ?? bounds.find((bound) => bound !== 'exact') ?? 'exact'
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
