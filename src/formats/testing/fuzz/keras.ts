import { unzipSync, zipSync } from 'fflate';
import type { NamedBytes } from '../../../util/files';
import { readHdf5 } from '../../hdf5/read';
import { texts, withText, type H5Group } from '../../hdf5/tree';
import { writeHdf5 } from '../../hdf5/write';
import { fixture, type KerasFixture } from '../../keras/testing/files';
import { damaged, pick } from '../damage';
import { damagedJsonText } from './json';
import { rezipped } from './zip-damage';
import type { Fuzzer } from '.';

export function keras(extension: '.h5' | '.keras'): Fuzzer {
  return extension === '.h5' ? h5() : archive();
}

function h5(): Fuzzer {
  const names: readonly KerasFixture[] = ['keras2.h5', 'new-groups.h5'];
  const files = names.map(fixture);
  const root = readHdf5(fixture('keras2.h5').bytes, 'keras2.h5');
  return (next) => {
    const chance = next();
    if (chance < 0.3) return [damagedConfig(root, next)];
    const file = pick(files, next);
    const bytes = chance < 0.65 ? misled(file.bytes, next) : damaged(file.bytes, next);
    return [{ ...file, bytes }];
  };
}

/** A proper file whose description of the model is absurd. */
function damagedConfig(root: H5Group, next: () => number): NamedBytes {
  const config = root.attributes.get('model_config');
  const text = config && texts(config)?.[0];
  if (!config || text === undefined) throw new Error('The fixture holds no model_config.');
  const changed = withText(config, damagedJsonText(JSON.parse(text), next));
  const attributes = new Map([...root.attributes, ['model_config', changed]]);
  return { name: 'absurd.h5', bytes: writeHdf5({ ...root, attributes }) };
}

/** Addresses that lead elsewhere: back, into the middle of something, or out of the file. */
function misled(bytes: Uint8Array, next: () => number): Uint8Array {
  const result = bytes.slice();
  const view = new DataView(result.buffer);
  const isAddress = (at: number) => {
    const value = view.getBigUint64(at, true);
    return value > 0n && value < BigInt(bytes.length);
  };
  const places = Array.from({ length: Math.floor(bytes.length / 8) - 1 }, (_, i) => 8 * i).filter(isAddress);
  for (let i = 0; i <= Math.floor(next() * 3); i++) {
    const target = [
      view.getBigUint64(pick(places, next), true),
      BigInt(Math.floor(next() * bytes.length)),
      2n ** 63n,
    ];
    view.setBigUint64(pick(places, next), pick(target, next), true);
  }
  return result;
}

function archive(): Fuzzer {
  const file = fixture('keras3.keras');
  const entries = unzipSync(file.bytes);
  const config: unknown = JSON.parse(new TextDecoder().decode(entries['config.json']));
  const weights = entries['model.weights.h5'] ?? new Uint8Array();
  return (next) => {
    const chance = next();
    if (chance < 0.4) {
      const text = new TextEncoder().encode(damagedJsonText(config, next));
      return [{ ...file, bytes: zipSync({ ...entries, 'config.json': text }, { level: 0 }) }];
    }
    if (chance < 0.7) {
      const changed = next() < 0.5 ? misled(weights, next) : damaged(weights, next);
      return [{ ...file, bytes: zipSync({ ...entries, 'model.weights.h5': changed }, { level: 0 }) }];
    }
    return [{ ...file, bytes: rezipped(file.bytes, next) }];
  };
}
