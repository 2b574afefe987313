import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '../../src/engine/backends';
import { lossError } from '../../src/engine/testing/compare-losses';
import { Training } from '../../src/engine/train';
import { registerGradients } from '../../src/engine/train/gradients';
import { backendGradients } from '../../src/engine/train/testing/backend-gradients';
import { brightHalves, halvesNetwork, sideObjective } from '../../src/engine/train/testing/bright-halves';
import { finiteDifferences, relativeError } from '../../src/engine/train/testing/finite-differences';
import { gradientCases } from '../../src/engine/train/testing/gradient-cases';
import { inNumbersOnly, lossCases } from '../../src/tasks/testing/loss-cases';

/** What the test finds in the page. */
export interface GradientProbe {
  /** Makes a backend the current one; its name. */
  start(name: 'wasm' | 'webgpu'): Promise<string>;
  /** Gradients of every `stride`-th case, against finite differences: by title, the gradients and the error. */
  gradients(stride: number): Promise<{ title: string; found: number[][]; error: number }[]>;
  /** How far every `stride`-th loss in tensors is from the one in numbers, by title. */
  losses(stride: number): Promise<{ title: string; losses: number }[]>;
  /** Trains a small network: what is held after each step, and the loss. */
  train(epochs: number): Promise<{ tensors: number; buffers: number; loss: number }[]>;
}

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
    const cases = lossCases.filter(
      ({ situation }) => ![...inNumbersOnly, 'expression'].includes(situation.spec.loss),
    );
    const found: { title: string; losses: number }[] = [];
    for (const each of cases.filter((_, index) => index % stride === 0))
      found.push({ title: each.title, losses: await lossError(each, 1) });
    return found;
  },

  async train(epochs) {
    const graph = halvesNetwork();
    const training = new Training({
      graph,
      set: brightHalves(32, 3),
      objective: sideObjective(graph),
      epochs,
      batchSize: 16,
      schedule: { kind: 'cosine', peak: 0.2 },
      trainer: { optimiser: { kind: 'adamw' }, seed: 5 },
    });
    const steps: { tensors: number; buffers: number; loss: number }[] = [];
    for await (const event of training.run()) {
      if (event.kind !== 'training-step') continue;
      steps.push({
        tensors: tf.memory().numTensors,
        buffers: bufferBytes(),
        loss: event.losses['side'] ?? Number.NaN,
      });
    }
    training.dispose();
    return steps;
  },
};

/** Bytes of GPU memory that tfjs has taken, pooled buffers included. */
function bufferBytes(): number {
  // tfjs' WebGPU backend adds this figure to its type.
  return (tf.memory() as { numBytesAllocatedInGPU?: number }).numBytesAllocatedInGPU ?? Number.NaN;
}

Object.assign(globalThis, { gradientProbe: probe });
