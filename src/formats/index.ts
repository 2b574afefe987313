import { InputError } from '../util/errors';
import type { NamedBytes } from '../util/files';
import type { Artifact, Format, ReadOptions } from './artifact';
import { kerasFormat } from './keras';
import { onnxFormat } from './onnx';
import { tfjsGraphFormat } from './tfjs-graph';
import { tfjsLayersFormat } from './tfjs-layers';
import { torchFormat } from './torch';

/** In the order in which they are tried: a state dict comes with an ONNX file. */
const formats: readonly Format[] = [torchFormat, onnxFormat, tfjsLayersFormat, tfjsGraphFormat, kerasFormat];

/** Whether a format recognises a model in the files. */
export const isModel = (files: readonly NamedBytes[]): boolean =>
  formats.some((format) => format.recognise(files));

/**
 * Opens a model by the content of its files.
 * @throws InputError when no format recognises them, or the one that does cannot read them
 */
export function readModel(files: readonly NamedBytes[], options: ReadOptions = {}): Artifact {
  const format = formats.find((one) => one.recognise(files));
  if (format) return format.read(files, options);
  throw new InputError({
    file: files.map(({ name }) => name).join(', ') || 'model',
    problem: 'this is nothing that can be opened here.',
    advice: `A model is ${formats.map(({ label }) => label).join(', ')}; samples are .npz, .npy, IDX, CIFAR or pictures.`,
  });
}
