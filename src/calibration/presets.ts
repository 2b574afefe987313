import type { CalibrationSpec } from './calibration';

export type Preprocessing = Pick<
  CalibrationSpec,
  'scale' | 'mean' | 'std' | 'fit' | 'size' | 'interpolation' | 'channels' | 'pad'
>;

export interface Preset {
  readonly id: string;
  readonly title: string;
  /** Only for pictures in three channels. */
  readonly colour: boolean;
  /** @param shorter pixels of the network's shorter side */
  readonly make: (shorter: number) => Preprocessing;
}

/** How networks are fed by those who publish them. */
export const presets: readonly Preset[] = [
  {
    id: 'unit',
    title: '0 to 1',
    colour: false,
    make: () => ({ scale: 1 / 255, mean: [0], std: [1], fit: 'resize' }),
  },
  {
    id: 'bytes',
    title: '0 to 255, as stored',
    colour: false,
    make: () => ({ scale: 1, mean: [0], std: [1], fit: 'resize' }),
  },
  {
    id: 'torchvision',
    title: 'torchvision ImageNet',
    colour: true,
    // Resize(256) and CenterCrop(224), and in that proportion for other sizes; https://docs.pytorch.org/vision/
    make: (shorter) => ({
      scale: 1 / 255,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      fit: 'centre-crop',
      size: Math.round((shorter * 256) / 224),
    }),
  },
  // keras.applications' preprocess_input: https://keras.io/api/applications/
  {
    id: 'keras-tf',
    title: 'Keras, mode tf (−1 to 1)',
    colour: false,
    make: () => ({ scale: 1 / 127.5, mean: [1], std: [1], fit: 'resize', interpolation: 'bilinear' }),
  },
  {
    id: 'keras-caffe',
    title: 'Keras, mode caffe (BGR)',
    colour: true,
    make: () => ({
      scale: 1,
      mean: [103.939, 116.779, 123.68],
      std: [1],
      fit: 'resize',
      interpolation: 'bilinear',
      channels: 'bgr',
    }),
  },
  {
    id: 'keras-torch',
    title: 'Keras, mode torch',
    colour: true,
    make: () => ({
      scale: 1 / 255,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      fit: 'resize',
      interpolation: 'bilinear',
    }),
  },
  {
    id: 'yolo',
    title: 'YOLO, letterbox 0 to 1',
    colour: true,
    make: () => ({
      scale: 1 / 255,
      mean: [0],
      std: [1],
      fit: 'letterbox',
      interpolation: 'bilinear',
      pad: 114,
    }),
  },
];

const keys = ['scale', 'mean', 'std', 'fit', 'size', 'interpolation', 'channels', 'pad'] as const;

/** The spec fed as the preset says; what it does not mention is as by default. */
export function withPreset(spec: CalibrationSpec, preset: Preset, shorter: number): CalibrationSpec {
  const { fit, size, interpolation, channels, pad, ...rest } = spec;
  return { ...rest, ...preset.make(shorter) };
}

/** The preset that a spec follows, if any. Sets of arrays are told by their numbers alone. */
export function presetOf(spec: CalibrationSpec, shorter: number, pictures: boolean): Preset | undefined {
  const considered = pictures ? keys : (['scale', 'mean', 'std'] as const);
  return presets.find((preset) => {
    const made: Preprocessing = { ...defaults, ...preset.make(shorter) };
    const has: Preprocessing = { ...defaults, ...spec };
    return considered.every((key) => JSON.stringify(made[key]) === JSON.stringify(has[key]));
  });
}

const defaults = { fit: 'resize', interpolation: 'antialias', channels: 'rgb', pad: 114 } as const;
