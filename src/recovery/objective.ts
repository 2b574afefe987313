import { add, getBackend, mul, square, sub, sum } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Appraisal, BatchObjective, MicroBatch, Objective } from '../engine/train';
import type { Graph, Value, ValueId } from '../graph/graph';
import { kernelInputs } from '../graph/rules/kernels';
import { bindTask } from '../tasks/bind';
import type { Binding } from '../tasks/arrays';
import { labelNames, type BoundTask } from '../tasks/task';
import { comparesWithUnpruned } from '../tasks/catalogue';
import { computesLosses } from '../engine/device-losses';
import { deviceTerms, type DeviceTerms } from './device-terms';
import { outputDistance, outputDistanceOnDevice, type OutputDistance } from './distillation';
import type { DeviceDistance } from './distillation-tensors';
import { changeableLayers, readsFewer } from './layers';
import { originalChannels, type Reference } from './network';
import type { KeepLists } from '../graph/channel-types';
import type { FineTuneSettings } from './settings';
import { TaskWeights } from './task-weights';
import { Teacher, type Feature, type TeacherFeature } from './teacher';

export interface TunedTask {
  readonly task: BoundTask;
  readonly binding: Binding;
  readonly values: readonly Value[];
}

export interface ObjectiveParts {
  readonly reference: Pick<Reference, 'original' | 'channels'>;
  readonly keep: KeepLists;
  /** The network that is trained. */
  readonly student: Graph;
  readonly tasks: readonly TunedTask[];
  readonly settings: Pick<FineTuneSettings, 'labels' | 'weighting' | 'distill'>;
  /** Whether terms are in tensors, if all can be; by default where outputs are dear to read. */
  readonly onDevice?: boolean;
}

/**
 * What fine-tuning makes small: the tasks' own losses with their weights, the distance of the outputs from the
 * unpruned network's, and the distance of what layers that lost channels read. Dispose after use.
 */
export class TuningObjective implements Objective {
  readonly weights: TaskWeights;
  readonly #parts: ObjectiveParts;
  readonly #outputs: readonly ValueId[];
  readonly #features: readonly Feature[];
  readonly #distances: ReadonlyMap<ValueId, Distances>;
  readonly #teacher: Teacher | null;
  readonly #onDevice: boolean;
  /** Whether tasks are bound to what the teacher gives. */
  readonly #comparesNumbers: boolean;
  #device: DeviceTerms | null = null;

  constructor(parts: ObjectiveParts) {
    const { reference, tasks, settings } = parts;
    this.#parts = parts;
    const canBeOnDevice = settings.labels === 0 || tasks.every(({ task }) => task.device);
    this.#onDevice = canBeOnDevice && (parts.onDevice ?? computesLosses(getBackend()));
    this.weights = new TaskWeights(
      new Map(tasks.map(({ task: { spec } }) => [spec.name, settings.labels * (spec.weight ?? 1)])),
      settings.weighting,
    );
    this.#outputs = [...new Set(tasks.flatMap(({ values }) => values.map(({ id }) => id)))];
    this.#features = settings.distill.features > 0 ? featuresOf(parts) : [];
    this.#distances = settings.distill.outputs > 0 ? outputDistances(parts) : new Map<ValueId, Distances>();
    const agrees = tasks.some(({ task }) => comparesWithUnpruned(task.spec.loss));
    this.#comparesNumbers = agrees && settings.labels > 0;
    const isTaught = this.#distances.size + this.#features.length > 0 || this.#comparesNumbers;
    this.#teacher = isTaught ? new Teacher(reference.original, this.#outputs, this.#features) : null;
  }

  async on(batch: MicroBatch): Promise<BatchObjective> {
    const taught = await this.#teacher?.look(batch.feeds, this.#comparesNumbers || !this.#onDevice);
    const numbers = taught?.numbers ?? [];
    const tasks = this.#parts.settings.labels > 0 ? this.#bind(batch, numbers) : [];
    const values = [...this.#outputs, ...this.#features.map(({ value }) => value)];
    const features = this.#featureTerms(taught?.features ?? [], batch.count);
    if (!this.#onDevice) {
      const appraise = (data: readonly Float32Array[]) => this.#appraise(data, batch.count, tasks, numbers);
      return { values, appraise, terms: features };
    }
    const { terms, weights } = (this.#device = this.#termsOnDevice(
      tasks,
      batch.count,
      taught?.outputs ?? [],
    ));
    return {
      values,
      terms: { ...terms, ...features },
      weights,
      learn: (losses) =>
        tasks.forEach(({ spec: { name } }) => this.weights.learn(name, (losses[name] ?? NaN) / batch.count)),
    };
  }

  release(): void {
    this.#device?.dispose();
    this.#device = null;
    this.#teacher?.release();
  }

  dispose(): void {
    this.#teacher?.dispose();
  }

  /** The tasks with the micro-batch's own labels, and where they compare with the unpruned network, its outputs. */
  #bind(batch: MicroBatch, taught: readonly Float32Array[]): readonly BoundTask[] {
    return this.#parts.tasks.map(({ task: { spec }, binding, values }) => {
      const inputs = { ...binding.inputs, count: batch.count, arrays: batch.arrays };
      const outputs = binding.outputs.map((output, index) => {
        const reference = taught[this.#outputs.indexOf(values[index]?.id ?? '')];
        return comparesWithUnpruned(spec.loss) && reference ? { ...output, reference } : output;
      });
      return bindTask(spec, inputs, outputs);
    });
  }

  #featureTerms(taught: readonly TeacherFeature[], count: number): NonNullable<BatchObjective['terms']> {
    if (taught.length === 0) return {};
    const { features: weight } = this.#parts.settings.distill;
    return {
      features: (values) => featureDistance(values.slice(this.#outputs.length), taught, count, weight),
    };
  }

  /** All that `#appraise` computes, in tensors. */
  #termsOnDevice(tasks: readonly BoundTask[], count: number, taught: readonly Tensor[]): DeviceTerms {
    const { settings } = this.#parts;
    const terms = tasks.map((task, index) => ({
      task,
      weight: this.weights.of(task.spec.name),
      places: (this.#parts.tasks[index]?.values ?? []).map(({ id }) => this.#outputs.indexOf(id)),
    }));
    const distances = this.#outputs.flatMap((id, place) => {
      const [distance, teacher] = [this.#distances.get(id), taught[place]];
      const name = this.#distanceName(id);
      const weight = settings.distill.outputs;
      return distance && teacher ? [{ name, weight, place, distance: distance.onDevice, teacher }] : [];
    });
    return deviceTerms(terms, distances, count);
  }

  #appraise(
    data: readonly Float32Array[],
    count: number,
    tasks: readonly BoundTask[],
    taught: readonly Float32Array[],
  ): Appraisal {
    const losses: Record<string, number> = {};
    const gradients = this.#outputs.map((_, index) => new Float32Array(data[index]?.length ?? 0));
    tasks.forEach((task, index) => {
      const { values } = this.#parts.tasks[index] ?? { values: [] };
      const places = values.map(({ id }) => this.#outputs.indexOf(id));
      const outputs = values.map(({ shape }, i) => ({
        sampleShape: shape.slice(1).map((dim) => dim ?? 1),
        data: data[places[i] ?? 0] ?? new Float32Array(),
      }));
      const { name } = task.spec;
      const loss = task.losses({ first: 0, count, outputs }).reduce((total, each) => total + each, 0);
      losses[name] = loss;
      const weight = this.weights.of(name);
      task.gradients({ first: 0, count, outputs }).forEach((gradient, i) => {
        addScaled(gradients[places[i] ?? 0], gradient, weight);
      });
      this.weights.learn(name, loss / count);
    });
    this.#outputs.forEach((id, index) => {
      const [student, teacher, gradient] = [data[index], taught[index], gradients[index]];
      const distance = this.#distances.get(id);
      if (!distance || !student || !teacher || !gradient) return;
      const weight = this.#parts.settings.distill.outputs;
      losses[this.#distanceName(id)] = distance.inNumbers(student, teacher, gradient, weight);
    });
    return { losses, gradients: [...gradients, ...this.#features.map(() => null)] };
  }

  #distanceName(id: ValueId): string {
    const { outputs, values } = this.#parts.reference.original;
    const name = outputs.find(({ value }) => value === id)?.name ?? values.get(id)?.name ?? id;
    return `${name} (distilled)`;
  }
}

interface Distances {
  readonly inNumbers: OutputDistance;
  readonly onDevice: DeviceDistance;
}

function outputDistances({ tasks, settings }: ObjectiveParts): Map<ValueId, Distances> {
  const distances = new Map<ValueId, Distances>();
  for (const { task, binding, values } of tasks) {
    const [labels] = labelNames(task.spec);
    const array = binding.inputs.arrays.get(labels ?? '');
    values.forEach(({ id }, index) => {
      const output = binding.outputs[index];
      if (!output || distances.has(id)) return;
      const shape = array ? array.shape.slice(1) : null;
      const { temperature } = settings.distill;
      distances.set(id, {
        inNumbers: outputDistance(task.spec, output, shape, temperature),
        onDevice: outputDistanceOnDevice(task.spec, output, shape, temperature),
      });
    });
  }
  return distances;
}

/** What layers that lost input channels read. */
function featuresOf({ reference, keep, student }: ObjectiveParts): readonly Feature[] {
  const read = changeableLayers(student)
    .filter((layer) => readsFewer(reference.original, layer))
    .map(({ node }) => kernelInputs(node).x);
  return [...new Set(read)]
    .filter((value) => !student.params.has(value))
    .map((value) => ({ value, channels: originalChannels(reference, keep, value) }));
}

/** Squared differences over the targets' mean squares: a mean over elements and features, a sum over samples. */
function featureDistance(
  values: readonly Tensor[],
  features: readonly TeacherFeature[],
  count: number,
  weight: number,
): Scalar {
  const parts = features.map(({ target, scale }, index): Scalar => {
    const value = values[index];
    if (!value) throw new Error('The trained network gave too few values.');
    const factor = (weight * count) / (target.size * features.length);
    return mul(mul(sum(square(sub(value, target))), scale), factor);
  });
  return parts.reduce((total, part): Scalar => add(total, part));
}

function addScaled(into: Float32Array | undefined, amounts: Float32Array, factor: number): void {
  if (!into) return;
  for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) + factor * (amounts[i] ?? 0);
}
