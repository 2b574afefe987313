import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { png } from '../../images/testing/pictures';
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
  it('goes by content, whatever the files are called', async () => {
    const [model, set] = [
      { ...onnx, name: 'a.npz' },
      { ...npz, name: 'b.onnx' },
    ];
    expect(await sortFiles([set, model, recipe])).toEqual({
      model: [model],
      calibration: [set],
      recipe,
      savedRun: null,
    });
  });

  it('unpacks one archive of everything, but leaves arrays and models whole', async () => {
    const keras = fixture('keras3.keras');
    const all = zipped('all.zip', [
      onnx,
      npz,
      recipe,
      keras,
      json('__MACOSX/._x', {}),
      json('.DS_Store', {}),
    ]);
    const sorted = await sortFiles([all]);
    expect(sorted.model.map(({ name }) => name)).toEqual(['model.onnx', 'keras3.keras']);
    expect(sorted.calibration).toEqual([npz]);
    expect(sorted.recipe).toEqual(recipe);
  });

  it('takes no picture that illustrates a model for a calibration set', async () => {
    const picture = png('net/example.png', 2, 2, [0, 80, 160, 240]);
    expect(await sortFiles([zipped('net.zip', [onnx, picture])])).toMatchObject({
      model: [onnx],
      calibration: [],
    });
    const several = [picture, { ...picture, name: 'net/other.png' }];
    expect((await sortFiles([onnx, ...several])).calibration).toEqual(several);
    expect((await sortFiles([picture])).calibration).toEqual([picture]);
  });

  it('keeps the folders of weights, and takes none for a calibration set', async () => {
    const model = json('net/model.json', {
      modelTopology: {},
      weightsManifest: [{ paths: ['weights/shard.bin'], weights: [] }],
    });
    const shard = { name: 'net/weights/shard.bin', bytes: Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7) };
    expect(await sortFiles([zipped('net.zip', [model, shard])])).toMatchObject({
      model: [model, shard],
      calibration: [],
    });
  });

  it('refuses an archive that would unpack to more than there is room for', async () => {
    const bomb = zipped('bomb.zip', [{ name: 'a.bin', bytes: new Uint8Array(1000) }]);
    const view = new DataView(bomb.bytes.buffer);
    const entry = bomb.bytes.findIndex(
      (_, i) => i + 4 <= bomb.bytes.length && view.getUint32(i) === 0x504b0102,
    );
    view.setUint32(entry + 24, 2 ** 31, true);
    await expect(sortFiles([bomb])).rejects.toThrow(/bomb\.zip: unpacked it would be larger than 1024 MiB/);
  });

  it('refuses archives within archives without end, and ones cut short', async () => {
    let nested = zipped('0.zip', [onnx]);
    for (let i = 1; i < 5; i++) nested = zipped(`${i}.zip`, [nested]);
    await expect(sortFiles([nested])).rejects.toThrow(/1\.zip: it is an archive within archives/);
    const { bytes } = zipped('cut.zip', [onnx, npz]);
    await expect(sortFiles([{ name: 'cut.zip', bytes: bytes.subarray(0, 5000) }])).rejects.toThrow(
      InputError,
    );
  });

  it('says how far it is with an archive, and ends where that is refused', async () => {
    const half = 9 * 2 ** 20;
    const large = zipped('large.zip', [
      { name: 'a.bin', bytes: new Uint8Array(half) },
      { name: 'b.bin', bytes: new Uint8Array(half) },
    ]);
    const seen: unknown[] = [];
    const watching = (...progress: unknown[]) => Promise.resolve(void seen.push(progress));
    await sortFiles([large], watching);
    expect(seen).toEqual([
      ['Unpacking large.zip', 0, 2 * half],
      ['Unpacking large.zip', half, 2 * half],
    ]);
    await expect(sortFiles([large], () => Promise.reject(new Error('given up')))).rejects.toThrow('given up');
  });
});
