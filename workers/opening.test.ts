import { describe, expect, it } from 'vitest';
import { writeNpz } from '../src/calibration';
import { floats, tinyModel } from '../src/formats/onnx/testing/tiny';
import { zeros } from '../src/tasks/testing/arrays';
import { goldenBytes } from '../src/testing/golden';
import type { SourceFile, StudioMessage } from './api';
import { Studio } from './studio';

const source = (name: string, bytes: Uint8Array): SourceFile => ({ name, blob: new Blob([bytes.slice()]) });
const model = source('vgg.onnx', goldenBytes('vggmulti', 'model.onnx'));
const set = source('set.npz', goldenBytes('vggmulti', 'calibration.npz'));
const other = source('other.onnx', goldenBytes('vggmulti', 'model.onnx'));

describe('opening files', () => {
  it('reads them and tells how far it is', async () => {
    const studio = new Studio();
    const { port1, port2 } = new MessageChannel();
    const told: StudioMessage[] = [];
    port1.onmessage = ({ data }: MessageEvent<StudioMessage>) => told.push(data);
    studio.connect(port2);
    const opened = await studio.open([model, set]);
    await expect.poll(() => told.length).toBeGreaterThan(1);
    port1.close();
    expect(opened).toMatchObject({ model: { file: 'vgg.onnx' }, calibration: { count: 256 }, problems: [] });
    expect(told[0]).toMatchObject({
      kind: 'opening',
      what: 'Reading vgg.onnx',
      total: model.blob.size + set.blob.size,
    });
  });

  it('leaves all as it was when it is given up', async () => {
    const studio = new Studio();
    await studio.open([model, set]);
    const tasks = await studio.guessTasks();
    const opening = studio.open([other]);
    studio.cancelOpening();
    expect(await opening).toMatchObject({ cancelled: true, model: null, problems: [] });
    expect(await studio.guessTasks()).toEqual(tasks);
  });

  it('gives up what is being opened for what is brought next', async () => {
    const studio = new Studio();
    const [first, second] = await Promise.all([studio.open([model]), studio.open([other])]);
    expect(first.cancelled).toBe(true);
    expect(second.model?.file).toBe('other.onnx');
  });

  it('gives a model of open size that of the set’s images, whichever comes first', async () => {
    const open = source(
      'open.onnx',
      tinyModel({
        inputs: { x: ['n', 3, 'h', 'w'] },
        outputs: ['y'],
        weights: [floats('w', [4, 3, 3, 3])],
        nodes: [['Conv', ['x', 'w'], ['y']]],
      }),
    );
    const images = (...shape: readonly number[]) => source('images.npz', writeNpz([zeros('x', shape)]));
    const studio = new Studio();
    const inputAfter = async (...files: readonly SourceFile[]) =>
      (await studio.open(files)).model?.inputs[0]?.shape;
    expect(await inputAfter(open)).toEqual([null, 3, 256, 256]);
    expect(await inputAfter(images(4, 12, 20, 3))).toEqual([null, 3, 12, 20]);
    expect(await inputAfter(images(4, 3, 16, 8))).toEqual([null, 3, 16, 8]);
    expect(await inputAfter(open)).toEqual([null, 3, 16, 8]);
    expect(await inputAfter(open, images(4, 10, 10, 3))).toEqual([null, 3, 10, 10]);
  });

  it('names a file that can no longer be read', async () => {
    const gone = new Blob([Uint8Array.of(8, 8)]);
    Object.assign(gone, { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('not found')) }) });
    const { problems } = await new Studio().open([{ name: 'gone.onnx', blob: gone }]);
    expect(problems).toEqual([expect.stringMatching(/gone\.onnx: it can no longer be read \(not found\)/)]);
  });
});
