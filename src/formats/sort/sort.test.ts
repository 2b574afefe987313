import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { goldenBytes } from '../../testing/golden';
import { InputError } from '../../util/errors';
import { fixture } from '../keras/testing/files';
import { sortFiles } from '.';

const json = (name: string, value: unknown) => ({
  name,
  bytes: new TextEncoder().encode(JSON.stringify(value)),
});
const onnx = { name: 'model.onnx', bytes: goldenBytes('vggmulti', 'model.onnx') };
const npz = { name: 'set.npz', bytes: goldenBytes('vggmulti', 'calibration.npz') };
const recipe = json('recipe.json', { model: 'model.onnx', method: {}, tasks: [] });
const zipped = (name: string, files: readonly { name: string; bytes: Uint8Array }[]) => ({
  name,
  bytes: zipSync(Object.fromEntries(files.map((file) => [file.name, file.bytes]))),
});

describe('sortFiles', () => {
  it('goes by content, whatever the files are called', () => {
    const [model, set] = [
      { ...onnx, name: 'a.npz' },
      { ...npz, name: 'b.onnx' },
    ];
    expect(sortFiles([set, model, recipe])).toEqual({
      model: [model],
      calibration: [set],
      recipe,
      savedRun: null,
    });
  });

  it('unpacks one archive of everything, but leaves arrays and models whole', () => {
    const keras = fixture('keras3.keras');
    const all = zipped('all.zip', [
      onnx,
      npz,
      recipe,
      keras,
      json('__MACOSX/._x', {}),
      json('.DS_Store', {}),
    ]);
    const sorted = sortFiles([all]);
    expect(sorted.model.map(({ name }) => name)).toEqual(['model.onnx', 'keras3.keras']);
    expect(sorted.calibration).toEqual([npz]);
    expect(sorted.recipe).toEqual(recipe);
  });

  it('keeps the folders of weights, and takes none for a calibration set', () => {
    const model = json('net/model.json', {
      modelTopology: {},
      weightsManifest: [{ paths: ['weights/shard.bin'], weights: [] }],
    });
    const shard = { name: 'net/weights/shard.bin', bytes: Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7) };
    expect(sortFiles([zipped('net.zip', [model, shard])])).toMatchObject({
      model: [model, shard],
      calibration: [],
    });
  });

  it('refuses an archive that would unpack to more than there is room for', () => {
    const bomb = zipped('bomb.zip', [{ name: 'a.bin', bytes: new Uint8Array(1000) }]);
    const view = new DataView(bomb.bytes.buffer);
    const entry = bomb.bytes.findIndex(
      (_, i) => i + 4 <= bomb.bytes.length && view.getUint32(i) === 0x504b0102,
    );
    view.setUint32(entry + 24, 2 ** 31, true);
    expect(() => sortFiles([bomb])).toThrow(/bomb\.zip: unpacked it would be larger than 1024 MiB/);
  });

  it('refuses archives within archives without end, and ones cut short', () => {
    let nested = zipped('0.zip', [onnx]);
    for (let i = 1; i < 5; i++) nested = zipped(`${i}.zip`, [nested]);
    expect(() => sortFiles([nested])).toThrow(/1\.zip: it is an archive within archives/);
    const { bytes } = zipped('cut.zip', [onnx, npz]);
    expect(() => sortFiles([{ name: 'cut.zip', bytes: bytes.subarray(0, 5000) }])).toThrow(InputError);
  });
});
