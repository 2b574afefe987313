import { taskError, type Binding } from './arrays';

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** The size of the network's input, which boxes and points refer to. */
export function imageSize(binding: Binding): ImageSize {
  const { spec, inputs } = binding;
  const [height, width] = spec.imageSize ?? inputs.imageSize ?? [];
  if (height !== undefined && width !== undefined) return { height, width };
  throw taskError(
    binding,
    ', imageSize',
    "the size of the network's input is not known.",
    'Give its height and width in pixels, e.g. "imageSize": [300, 300].',
  );
}
