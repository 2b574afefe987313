import type { CalibrationSet, CalibrationSpec } from './calibration';

/** A picture as a canvas takes it. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  /** Height × width × 4. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * A sample as a picture: what the network sees, with scale, mean, std and the order of colours taken back. Values between 0 and 1 or 0 and
 * 255 keep their brightness, others are stretched from the least to the greatest.
 *
 * @param channelsFirst the axis order of the model's input
 * @returns null where a sample is no picture of one, three or four channels
 */
export function thumbnail(
  set: Pick<CalibrationSet, 'input' | 'sampleShape'>,
  index: number,
  spec: Pick<CalibrationSpec, 'scale' | 'mean' | 'std' | 'channels'>,
  channelsFirst: boolean,
): Thumbnail | null {
  const picture = pictureAxes(set.sampleShape, channelsFirst);
  if (!picture) return null;
  const { width, height, channels, columnStep, channelStep } = picture;
  const size = width * height * channels;
  const sample = set.input.subarray(index * size, (index + 1) * size);
  const stored = sample.map((value, at) => {
    const channel = Math.floor(at / channelStep) % channels;
    return (value * pick(spec.std, channel) + pick(spec.mean, channel)) / (spec.scale || 1);
  });
  const [low, high] = brightness(stored);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let part = 0; part < 3; part++) {
      const channel = channels === 1 ? 0 : spec.channels === 'bgr' ? 2 - part : part;
      const value = stored[pixel * columnStep + channel * channelStep] ?? 0;
      rgba[pixel * 4 + part] = (255 * (value - low)) / (high - low || 1);
    }
    rgba[pixel * 4 + 3] = 255;
  }
  return { width, height, rgba };
}

interface PictureAxes {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** From one pixel to the next of a row, and from one channel to the next. */
  readonly columnStep: number;
  readonly channelStep: number;
}

function pictureAxes(shape: readonly number[], channelsFirst: boolean): PictureAxes | null {
  const [a = 1, b = 1, c = 1] = shape;
  if (shape.length === 2) return { height: a, width: b, channels: 1, columnStep: 1, channelStep: a * b };
  if (shape.length !== 3) return null;
  const [height, width, channels] = channelsFirst ? [b, c, a] : [a, b, c];
  if (![1, 3, 4].includes(channels)) return null;
  return channelsFirst
    ? { height, width, channels, columnStep: 1, channelStep: height * width }
    : { height, width, channels, columnStep: channels, channelStep: 1 };
}

function brightness(values: Float32Array): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const slack = 1e-3;
  if (low >= -slack && high <= 1 + slack) return [0, 1];
  if (low >= -slack * 255 && high <= 255 * (1 + slack)) return [0, 255];
  return [low, high];
}

const pick = (list: readonly number[], channel: number) => list[list.length === 1 ? 0 : channel] ?? 0;
