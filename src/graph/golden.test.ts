import { describe, expect, it } from 'vitest';
import { readOnnx } from '../formats/onnx/reader';
import { goldenBytes, goldenRuns, type GoldenCase } from '../testing/golden';
import type { LayerRef } from './channel-types';
import { analyseChannels } from './channels';
import { costModel, graphMacs, graphParams } from './cost';
import { priceMacs } from './cost-model';

const modules = (layers: readonly LayerRef[]) => layers.map(({ name }) => name.replace(/\.weight$/, ''));

describe.each<GoldenCase>(['vggmulti', 'resmulti', 'mobilecenter'])('%s', (name) => {
  const { graph } = readOnnx({ name: 'model.onnx', bytes: goldenBytes(name, 'model.onnx') });
  const channels = analyseChannels(graph);
  const prunable = channels.groups.filter(({ frozen }) => frozen === null);

  it.each(goldenRuns(name))('has the groups of $file, in its order', ({ run }) => {
    const found = prunable.map((group) => ({
      root: modules(group.producers)[0],
      producers: modules(group.producers).toSorted(),
      consumers: modules(group.consumers).toSorted(),
      size: group.size,
    }));
    const expected = run.groups.map(({ root, producers, consumers, size }) => ({
      root,
      producers: producers.toSorted(),
      consumers: consumers.toSorted(),
      size,
    }));
    expect(found).toEqual(expected);
  });

  it.each(goldenRuns(name))('costs what $file says, and gains when a group loses 30 %', ({ run }) => {
    expect({ macs: graphMacs(graph), params: graphParams(graph) }).toMatchObject({
      macs: run.original.macs,
      params: run.original.params,
    });
    const model = costModel(graph, channels);
    const whole = Object.fromEntries(prunable.map(({ id, size }) => [id, size]));
    const gains = prunable.map(({ id, size }) => {
      const kept = size - Math.min(Math.floor(0.3 * size), size - 1);
      return priceMacs(model, whole) - priceMacs(model, { ...whole, [id]: kept });
    });
    expect(gains).toEqual(run.groups.map(({ gain }) => gain));
  });

  it('freezes the layers that give the outputs, with the reason', () => {
    const frozen = channels.groups.filter((group) => group.frozen !== null);
    const reasons = graph.outputs.map((output) => `reaches the output "${output.name}"`);
    expect(frozen.map((group) => group.frozen)).toEqual(reasons);
  });
});
