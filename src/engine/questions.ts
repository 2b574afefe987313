import type { Value } from '../graph/graph';
import type { BoundTask } from '../tasks/task';
import type { Choice } from './choice';
import type { TaskLosses } from './oracle';
import type { SampleBatch } from './sample-batch';
import { DeviceLosses } from './device-losses';
import { Tally } from './tally';

/** For the losses of samples that are remembered, so that an evaluation can be taken up again. */
const TALLY_BYTES = 64 * 2 ** 20;

/** A task with the values of the graph it reads, in the order of its outputs. */
export interface TaskValues {
  readonly task: BoundTask;
  readonly values: readonly Value[];
}

/** A task in one evaluation, with what earlier evaluations saw of it. */
export interface Question {
  readonly values: readonly Value[];
  readonly tally: Tally;
  /** Where losses are computed on the device. */
  readonly device: DeviceLosses | null;
  /** Whether outputs are read, for losses in numbers or for the metric. */
  readonly readsOutputs: boolean;
}

/** Whether something of the batch is not known yet. */
export function isOpen({ tally, readsOutputs }: Question, batch: SampleBatch): boolean {
  return !tally.has(batch) || (readsOutputs && !tally.hasMetric(batch));
}

/** Remembers tallies by what the outputs of their task depend on; the longest unasked are forgotten first. */
export class QuestionStore {
  readonly #tasks: readonly TaskValues[];
  readonly #count: number;
  readonly #tallies = new Map<string, Tally>();
  readonly #devices: readonly (DeviceLosses | null)[];

  /**
   * @param count samples of the whole set
   * @param onDevice whether losses are computed on the device, of tasks that can
   */
  constructor(tasks: readonly TaskValues[], count: number, onDevice: boolean) {
    this.#tasks = tasks;
    this.#count = count;
    this.#devices = tasks.map(({ task: { device } }) =>
      onDevice && device ? new DeviceLosses(device) : null,
    );
  }

  /**
   * One question a task, in their order.
   * @param metrics whether metrics are wanted, too; in numbers they come with the losses
   */
  about(choice: Choice, metrics = false): readonly Question[] {
    const size = Float64Array.BYTES_PER_ELEMENT * this.#count;
    const most = Math.max(4 * this.#tasks.length, TALLY_BYTES / size);
    return this.#tasks.map(({ task, values }, index) => {
      const key = `${index} ${values.map(({ id }) => choice.signature(id)).join(' · ')}`;
      const tally = this.#tallies.get(key) ?? new Tally(task, this.#count);
      this.#tallies.delete(key);
      this.#tallies.set(key, tally);
      const [oldest] = this.#tallies.keys();
      if (oldest !== undefined && this.#tallies.size > most) this.#tallies.delete(oldest);
      const device = this.#devices[index] ?? null;
      return { values, tally, device, readsOutputs: !device || (metrics && task.metric !== null) };
    });
  }

  clear(): void {
    this.#tallies.clear();
    for (const device of this.#devices) device?.dispose();
  }
}

/** The batches that some question has not seen. */
export function unseen(
  batches: readonly SampleBatch[],
  questions: readonly Question[],
): readonly SampleBatch[] {
  return batches.filter((batch) => questions.some((question) => isOpen(question, batch)));
}

/** Whether the samples seen so far put a task's mean over all `count` samples beyond its limit. */
export function exceedsLimits(
  questions: readonly Question[],
  limits: TaskLosses | undefined,
  count: number,
): boolean {
  return questions.some(({ tally }) => tally.loss / count > (limits?.[tally.task.spec.name] ?? Infinity));
}
