import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from '../../src/graph/graph';
import { startBackend } from '../../src/engine/backends';
import { lossErrors } from '../../src/engine/testing/compare-losses';
import { Training } from '../../src/engine/train';
import { registerGradients } from '../../src/engine/train/gradients';
import { backendGradients } from '../../src/engine/train/testing/backend-gradients';
import { brightHalves, halvesNetwork, sideObjective } from '../../src/engine/train/testing/bright-halves';
import { finiteDifferences, relativeError } from '../../src/engine/train/testing/finite-differences';
import { gradientCases } from '../../src/engine/train/testing/gradient-cases';
import { inNumbersOnly, lossCases } from '../../src/tasks/testing/loss-cases';
import { recoverHalves, trainHalves, type RecoveredLosses } from './recovery';

/** What the test finds in the page. */
export interface GradientProbe {
  /** Makes a backend the current one; its name. */
  start(name: 'wasm' | 'webgpu'): Promise<string>;
  /** Gradients of every `stride`-th case, against finite differences: by title, the gradients and the error. */
  gradients(stride: number): Promise<{ title: string; found: number[][]; error: number }[]>;
  /** How far every `stride`-th loss in tensors and its gradient are from those in numbers, by title. */
  losses(stride: number): Promise<{ title: string; losses: number; slopes: number }[]>;
  /** Trains a small network in batches of 4: the loss of each step, and what is held after it. */
  train(steps: number): Promise<Step[]>;
  /** Recovers a pruned network, which the backend that is current first has trained. */
  recover(): Promise<RecoveredLosses>;
}

interface Step {
  readonly loss: number;
  readonly tensors: number;
  /** Bytes of GPU memory that tensors take. */
  readonly used: number;
  /** Bytes of GPU memory that tfjs has taken, pooled buffers included. */
  readonly allocated: number;
}

let trained: Graph | null = null;

const probe: GradientProbe = {
  async start(name) {
    const { name: started } = await startBackend(name, { wasmPaths: '/wasm/' });
    registerGradients();
    return started;
  },

  async gradients(stride) {
    const results: { title: string; found: number[][]; error: number }[] = [];
    for (const each of gradientCases().filter((_, index) => index % stride === 0)) {
      const found = await backendGradients(each);
      const errors = finiteDifferences(each).map(({ elements, slopes }, input) =>
        relativeError(
          elements.map((element) => found[input]?.[element] ?? Number.NaN),
          slopes,
        ),
      );
      results.push({
        title: each.title,
        found: found.map((gradient) => Array.from(gradient)),
        error: Math.max(...errors),
      });
    }
    return results;
  },

  async losses(stride) {
    const cases = lossCases.filter(({ situation }) => !inNumbersOnly.includes(situation.spec.loss));
    const found: { title: string; losses: number; slopes: number }[] = [];
    for (const each of cases.filter((_, index) => index % stride === 0))
      found.push({ title: each.title, ...(await lossErrors(each, 1)) });
    return found;
  },

  async train(count) {
    const graph = halvesNetwork();
    const [samples, batchSize] = [32, 4];
    const training = new Training({
      graph,
      set: brightHalves(samples, 3),
      objective: sideObjective(graph),
      epochs: Math.ceil((count * batchSize) / samples),
      batchSize,
      schedule: { kind: 'cosine', peak: 0.1 },
      trainer: { optimiser: { kind: 'adamw' }, seed: 5 },
      // The first ten steps are to have one.
      checkpointEvery: 8,
    });
    const steps: Step[] = [];
    for await (const event of training.run()) {
      if (event.kind !== 'training-step') continue;
      // tfjs' WebGPU backend adds these figures to its type.
      const held = tf.memory() as { numBytesInGPU?: number; numBytesAllocatedInGPU?: number };
      steps.push({
        loss: event.losses['side'] ?? Number.NaN,
        tensors: tf.memory().numTensors,
        used: held.numBytesInGPU ?? Number.NaN,
        allocated: held.numBytesAllocatedInGPU ?? Number.NaN,
      });
    }
    training.dispose();
    return steps;
  },

  async recover() {
    trained ??= await trainHalves();
    return recoverHalves(trained);
  },
};

Object.assign(globalThis, { gradientProbe: probe });
