import { Random } from '../../src/engine/train/random';
import { makePairs, readMnist, sliceDigits, type Digits, type Pairs } from './multi-mnist';

/** Training uses the first 58,000 training images; the calibration set is made from the 2,000 it never sees. */
const trainingImages = 58_000;
export const calibrationCount = 512;
const calibrationSeed = 512;
const testSeed = 10_000;

export function trainingDigits(): Digits {
  return sliceDigits(readMnist('train'), 0, trainingImages);
}

export function calibrationPairs(): Pairs {
  const train = readMnist('train');
  const heldOut = sliceDigits(train, trainingImages, train.count);
  return makePairs(heldOut, calibrationCount, new Random(calibrationSeed));
}

/** One pair for each of the 10,000 test images. */
export function testPairs(): Pairs {
  const test = readMnist('t10k');
  return makePairs(test, test.count, new Random(testSeed));
}
