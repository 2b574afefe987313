import { Random } from '../../../src/util/random';
import { heldOutDigits, testDigits, trainingDigits } from '../data';
import { makeScenes, type Scenes } from './scenes';

const calibrationCount = 256;
const calibrationSeed = 64;
const testCount = 500;
const testSeed = 64_000;

/** New scenes for a training step. */
export function trainingScenes(count: number, seed: number, step: number): Scenes {
  return makeScenes(trainingDigits(), count, Random.of(seed, step));
}

/** Of digits that training never sees. */
export function calibrationScenes(): Scenes {
  return makeScenes(heldOutDigits(), calibrationCount, new Random(calibrationSeed));
}

/** Of MNIST's test digits. */
export function testScenes(count = testCount): Scenes {
  return makeScenes(testDigits(), count, new Random(testSeed));
}
