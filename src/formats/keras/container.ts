import { zipSync } from 'fflate';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { unzip } from '../../util/zip';
import { isHdf5, readHdf5 } from '../hdf5/read';
import { texts, withText, type H5Group, type H5Value } from '../hdf5/tree';
import { writeHdf5 } from '../hdf5/write';
import { broken, jsonObject, type JsonObject } from '../tfjs/json';

/** What a `.h5` or `.keras` file holds, and how to write it again with something else. */
export interface KerasContainer {
  readonly kind: 'h5' | 'archive';
  /** `{class_name, config, …}` as it is in the file. */
  readonly model: JsonObject;
  /** Major version of the Keras that wrote it. */
  readonly version: 2 | 3;
  readonly weights: H5Group;
  /** The file with another model and other weights; without the optimizer's state. */
  replace(model: JsonObject, weights: H5Group): Uint8Array;
}

/** Names of the files within a `.keras` archive. */
export const archiveEntries = {
  config: 'config.json',
  weights: 'model.weights.h5',
  metadata: 'metadata.json',
};

/** @throws InputError when it is damaged, or holds weights without a model */
export function openContainer(file: NamedBytes): KerasContainer {
  return isHdf5(file.bytes) ? openH5(file) : openArchive(file);
}

function openH5({ name, bytes }: NamedBytes): KerasContainer {
  const root = readHdf5(bytes, name);
  const config = root.attributes.get('model_config');
  if (!config) {
    throw new InputError({
      file: name,
      problem: 'it holds weights, but not the model they belong to.',
      advice: 'Save the whole model with model.save, not only its weights.',
    });
  }
  return {
    kind: 'h5',
    model: parseModel(config, name),
    version: majorVersion(root.attributes.get('keras_version')),
    weights: root,
    replace(model, weights) {
      const attributes = new Map(weights.attributes);
      attributes.set('model_config', withText(config, JSON.stringify(model)));
      return writeHdf5({ ...weights, attributes, children: without(weights, 'optimizer_weights') });
    },
  };
}

function openArchive(file: NamedBytes): KerasContainer {
  const entries = unzip(file);
  const entry = (wanted: string): NamedBytes => {
    const found = entries.find(({ name }) => name === wanted);
    if (found) return found;
    throw new InputError({
      file: file.name,
      problem: `the archive has no ${wanted}.`,
      advice: 'Save the model again with model.save("model.keras").',
    });
  };
  const weights = readHdf5(entry(archiveEntries.weights).bytes, `${file.name}/${archiveEntries.weights}`);
  const config = jsonObject(entry(archiveEntries.config));
  if (!config) throw broken(file.name, archiveEntries.config, 'it is not JSON.');
  const metadata = jsonObject(entry(archiveEntries.metadata));
  return {
    kind: 'archive',
    model: config,
    version: String(metadata?.['keras_version']).startsWith('2') ? 2 : 3,
    weights,
    replace(model, changed) {
      const written = new Map(entries.map(({ name, bytes }) => [name, bytes]));
      written.set(archiveEntries.config, new TextEncoder().encode(JSON.stringify(model)));
      written.set(archiveEntries.weights, writeHdf5({ ...changed, children: without(changed, 'optimizer') }));
      // Keras stores its archives unpacked; the date is fixed so that the same model gives the same bytes.
      return zipSync(Object.fromEntries(written), { level: 0, mtime: new Date(1980, 0, 1) });
    },
  };
}

function without({ children }: H5Group, name: string): H5Group['children'] {
  return new Map([...children].filter(([child]) => child !== name));
}

function parseModel(config: H5Value, file: string): JsonObject {
  const [text = ''] = texts(config) ?? [];
  const model = jsonObject({ name: file, bytes: new TextEncoder().encode(text) });
  if (!model) throw broken(file, 'model_config', 'it is not JSON.');
  return model;
}

function majorVersion(value: H5Value | undefined): 2 | 3 {
  const [version = '2'] = (value && texts(value)) ?? [];
  return version.startsWith('3') ? 3 : 2;
}
