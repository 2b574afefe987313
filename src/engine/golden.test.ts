import { beforeAll, describe, expect, it } from 'vitest';
import { prepareCalibration, readCalibration } from '../calibration';
import { readModel } from '../formats';
import type { Value } from '../graph/graph';
import { goldenBytes } from '../testing/golden';
import type { GoldenCase } from '../testing/golden';
import { measureValues } from './measure-values';
import { relativeDifference } from './testing/compare';
import { startWasm } from './testing/wasm';

beforeAll(startWasm);

const SAMPLES = 16;

describe('networks trained elsewhere', () => {
  it.each(['vggmulti', 'resmulti', 'mobilecenter'] as GoldenCase[])(
    '%s gives PyTorch’s outputs',
    async (name) => {
      const file = (path: string) => [{ name: path, bytes: goldenBytes(name, path) }];
      const { graph } = readModel(file('model.onnx'));
      const [input] = graph.inputs;
      if (!input) throw new Error('the model has no input');
      const spec = { file: 'calibration.npz', input: 'x', layout: 'NHWC', scale: 1 / 255 } as const;
      const set = prepareCalibration(
        readCalibration(file('calibration.npz')),
        { ...spec, mean: [0], std: [1], limit: SAMPLES },
        input,
        { modelLayout: 'NCHW' },
      );
      const expected = readCalibration(file('outputs.npz'));
      const values = graph.outputs.flatMap(({ value }): Value[] => [graph.values.get(value) ?? []].flat());
      const measured = await measureValues(graph, set, values, SAMPLES);
      expect(measured.length).toBe(graph.outputs.length);
      graph.outputs.forEach(({ name: output }, index) => {
        const target = expected.arrays.get(output)?.data ?? [];
        expect(relativeDifference(measured[index] ?? [], target)).toBeLessThan(1e-5);
      });
    },
  );
});
