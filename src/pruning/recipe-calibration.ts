import type { CalibrationSpec, SubsetSpec } from '../calibration/calibration';
import type { Fields, NumberRule } from '../util/fields';

const finite: NumberRule = {
  test: () => true,
  advice: 'Give a list of numbers, one for each channel or one for all.',
};
const nonZero: NumberRule = { test: (value) => value !== 0, advice: 'Give a number that is not zero.' };
const whole: NumberRule = {
  test: (value) => Number.isInteger(value) && value >= 1,
  advice: 'Give a whole number of at least 1, or leave it out.',
};
const seed: NumberRule = {
  test: (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
  advice: 'Give a whole number from 0.',
};
const byte: NumberRule = {
  test: (value) => Number.isInteger(value) && value >= 0 && value <= 255,
  advice: 'Give a whole number from 0 to 255.',
};

/** The recipe's `calibration`; what concerns pictures alone stays out where it is not given. */
export function readCalibrationSpec(fields: Fields): CalibrationSpec {
  const spec: CalibrationSpec = {
    file: fields.text('file', 'Give the path of the calibration file, relative to the recipe.'),
    input: fields.text(
      'input',
      'Give the name of the array that holds the images; of pictures it is "image".',
    ),
    layout: fields.choice('layout', ['NHWC', 'NCHW'], 'NHWC'),
    scale: fields.number('scale', nonZero, 1),
    mean: fields.numbers('mean', finite, [0]),
    std: fields.numbers('std', { ...nonZero, advice: 'Give a list of numbers that are not zero.' }, [1]),
    limit: fields.has('limit') && !fields.isNull('limit') ? fields.number('limit', whole) : null,
    ...(fields.has('subset') ? { subset: readSubset(fields) } : {}),
    ...(fields.has('fit') ? { fit: fields.choice('fit', ['resize', 'centre-crop', 'letterbox']) } : {}),
    ...(fields.has('size') ? { size: fields.number('size', whole) } : {}),
    ...(fields.has('interpolation')
      ? { interpolation: fields.choice('interpolation', ['antialias', 'bilinear', 'nearest']) }
      : {}),
    ...(fields.has('channels') ? { channels: fields.choice('channels', ['rgb', 'bgr']) } : {}),
    ...(fields.has('pad') ? { pad: fields.number('pad', byte) } : {}),
    ...(fields.has('depthScale') ? { depthScale: fields.number('depthScale', nonZero) } : {}),
  };
  fields.warnOfOthers();
  return spec;
}

function readSubset(calibration: Fields): SubsetSpec {
  const fields = calibration.object('subset', 'Give { "count": 256, "seed": 1 }.');
  const subset: SubsetSpec = {
    count: fields.number('count', whole),
    seed: fields.number('seed', seed, 0),
    ...(fields.has('balance') ? { balance: fields.text('balance', 'Name an array of classes.') } : {}),
  };
  fields.warnOfOthers();
  return subset;
}
