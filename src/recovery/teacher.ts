import { mean, reciprocal, square, tidy, add } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { Executor } from '../engine/executor';
import { select } from '../engine/ops/select';
import type { Graph, ValueId } from '../graph/graph';

/** A value that the student shall have as the teacher has it, on the channels that the student keeps. */
export interface Feature {
  readonly value: ValueId;
  /** Positions along the last axis; null for all. */
  readonly channels: readonly number[] | null;
}

export interface TeacherFeature {
  readonly target: Tensor;
  /** One over the target's mean square, so that features of any size count alike. */
  readonly scale: Scalar;
}

/** The unpruned network, run on each micro-batch. Dispose after use. */
export class Teacher {
  readonly #executor: Executor;
  readonly #outputs: readonly ValueId[];
  readonly #features: readonly Feature[];
  #held: Tensor[] = [];

  constructor(original: Graph, outputs: readonly ValueId[], features: readonly Feature[]) {
    this.#outputs = outputs;
    this.#features = features;
    this.#executor = new Executor(original, [...outputs, ...features.map(({ value }) => value)]);
  }

  /**
   * What it gives for a micro-batch; the tensors are held until `release`.
   * @param reads whether its outputs are wanted as numbers, too
   */
  async look(
    feeds: ReadonlyMap<ValueId, Tensor>,
    reads: boolean,
  ): Promise<{
    readonly outputs: readonly Tensor[];
    /** In the order of the outputs; none where they were not read. */
    readonly numbers: readonly Float32Array[];
    readonly features: readonly TeacherFeature[];
  }> {
    const made = this.#executor.run(feeds);
    this.#held.push(...made);
    const outputs = made.slice(0, this.#outputs.length);
    const numbers = reads ? await Promise.all(outputs.map((output) => output.data<'float32'>())) : [];
    const features = this.#features.map(({ channels }, index) => {
      const whole = made[this.#outputs.length + index];
      if (!whole) throw new Error('The unpruned network gave too few values.');
      const target = channels ? select(whole, whole.rank - 1, channels) : whole.clone();
      const scale: Scalar = tidy(() => reciprocal(add(mean(square(target)), 1e-12)));
      this.#held.push(target, scale);
      return { target, scale };
    });
    return { outputs, numbers, features };
  }

  release(): void {
    this.#held.forEach((tensor) => tensor.dispose());
    this.#held = [];
  }

  dispose(): void {
    this.release();
    this.#executor.dispose();
  }
}
