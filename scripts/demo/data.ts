import { Random } from '../../src/util/random';
import { makePairs, readMnist, sliceDigits, type Digits, type Pairs } from './multi-mnist';

/** Training uses the first 58,000 training images; the calibration set is made from the 2,000 it never sees. */
const trainingImages = 58_000;
export const calibrationCount = 512;
const calibrationSeed = 512;
const testSeed = 10_000;

const train = once(() => readMnist('train'));
const test = once(() => readMnist('t10k'));

export function trainingDigits(): Digits {
  return sliceDigits(train(), 0, trainingImages);
}

export function heldOutDigits(): Digits {
  return sliceDigits(train(), trainingImages, train().count);
}

export function testDigits(): Digits {
  return test();
}

export function calibrationPairs(): Pairs {
  return makePairs(heldOutDigits(), calibrationCount, new Random(calibrationSeed));
}

/** One pair for each of the 10,000 test images. */
export function testPairs(): Pairs {
  return makePairs(testDigits(), testDigits().count, new Random(testSeed));
}

function once<T>(read: () => T): () => T {
  let value: T | null = null;
  return () => (value ??= read());
}
