import { describe, expect, it } from 'vitest';
import { goldenBytes } from '../src/testing/golden';
import { sortFiles } from './sort-files';

const text = (name: string, value: unknown) => ({
  name,
  bytes: new TextEncoder().encode(JSON.stringify(value)),
});

describe('sortFiles', () => {
  it('tells a model from a calibration set by content, whatever they are called', async () => {
    const model = { name: 'a.bin', bytes: goldenBytes('vggmulti', 'model.onnx') };
    const set = { name: 'b', bytes: goldenBytes('vggmulti', 'calibration.npz') };
    const sorted = await sortFiles([set, model]);
    expect(sorted.model).toEqual([model]);
    expect(sorted.calibration).toEqual([set]);
  });

  it('takes a model.json for a model and a saved run for a run', async () => {
    const model = text('model.json', { modelTopology: {}, weightsManifest: [] });
    const run = text('x.json', { kind: 'pagcp-studio-run', version: 1, model: 'm', setup: {}, events: [] });
    const sorted = await sortFiles([model, run]);
    expect(sorted.model).toEqual([model]);
    expect(sorted.savedRun?.model).toBe('m');
  });

  it('refuses a saved run that is cut short', async () => {
    const run = text('run.json', { kind: 'pagcp-studio-run', version: 1 });
    await expect(sortFiles([run])).rejects.toThrow(/run\.json: it is a saved run.*Save the run again/);
  });
});
