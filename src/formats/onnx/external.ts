import type { TensorProto } from 'onnx-buf';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';

/** Looks up the bytes of tensors that live in files beside the model, among the files that were brought with it. */
export function externalReader(
  model: NamedBytes,
  files: readonly NamedBytes[],
): (tensor: TensorProto) => Uint8Array {
  return (tensor) => {
    const entry = (key: string) => tensor.externalData.find((pair) => pair.key === key)?.value;
    const fail = (problem: string, advice: string): never => {
      throw new InputError({ file: model.name, place: `weight ${tensor.name}`, problem, advice });
    };
    const location = entry('location') ?? '';
    if (!isSafePath(location))
      return fail(
        `its data is said to lie in "${location}", outside the model's folder.`,
        'Export it again.',
      );
    const found = findBeside(model, files, location);
    if (!found)
      return fail(
        `its data lies in the file "${location}", which was not given.`,
        'Drop that file together with the model.',
      );
    const offset = Number(entry('offset') ?? 0);
    const length = Number(entry('length') ?? found.bytes.length - offset);
    const end = offset + length;
    if (!(Number.isInteger(end) && offset >= 0 && length >= 0 && end <= found.bytes.length))
      return fail(
        `bytes ${offset} to ${end} are not in "${location}".`,
        'The file may be truncated: copy it again.',
      );
    return found.bytes.subarray(offset, end);
  };
}

export function findBeside(
  model: NamedBytes,
  files: readonly NamedBytes[],
  location: string,
): NamedBytes | undefined {
  const folder = model.name.slice(0, model.name.lastIndexOf('/') + 1);
  const path = location.replace(/^(\.\/)+/, '');
  return files.find((file) => file !== model && (file.name === folder + path || file.name === path));
}

function isSafePath(location: string): boolean {
  return location !== '' && !/^([/\\]|[a-z]+:)/i.test(location) && !location.split(/[/\\]/).includes('..');
}
