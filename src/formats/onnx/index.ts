import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import type { Artifact, Format } from '../artifact';
import { readForSamples } from '../fixed-batch';
import { looksLikeOnnx } from './proto';
import { readOnnx } from './reader';
import { writeOnnx } from './write';

/** Models exported to ONNX, with their weights inside or in files beside them. */
export const onnxFormat: Format = {
  id: 'onnx',
  label: 'ONNX',
  recognise: (files) => mainFile(files) !== undefined,
  read(files, options = {}): Artifact {
    const model = mainFile(files);
    if (!model)
      throw new InputError({
        file: files[0]?.name ?? 'model',
        problem: 'there is no ONNX model here.',
        advice: 'Give the .onnx file.',
      });
    const reading = readForSamples((literalBatch) => readOnnx(model, files, { ...options, literalBatch }));
    return {
      format: 'onnx',
      file: model.name,
      graph: reading.graph,
      notes: reading.notes,
      write: (channels, keep, sliced) => writeOnnx(model, files, reading, { channels, keep, sliced }),
    };
  },
};

/** The file that begins like a model; else one whose name says so, for the error it gives. */
function mainFile(files: readonly NamedBytes[]): NamedBytes | undefined {
  const named = files.filter(({ name }) => /\.onnx$/i.test(name));
  return named.find(looksLikeOnnx) ?? named[0] ?? files.find(looksLikeOnnx);
}
