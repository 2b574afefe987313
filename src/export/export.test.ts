import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Report } from '../pruning/report';
import { zipFiles, prunedName, textFile } from './bundle';
import { reportJson } from './json';
import { trialsCsv } from './trials-csv';

const figures = { macs: 10, params: 5, losses: { left: 0.1, 'right, too': 0.2 }, metrics: {} };
const report: Report = {
  version: 1,
  lambda: 1,
  delta: 0.1,
  alpha: 0.1,
  order: ['conv'],
  groups: [{ id: 'conv', size: 8, producers: ['conv'], consumers: [], frozen: null }],
  baseline: figures.losses,
  steps: [
    {
      group: 'conv',
      threshold: 0.1,
      sizeBefore: 8,
      trials: [
        { ratio: 0.25, removed: 2, drops: { left: 0.05, 'right, too': 0 }, bound: 'exact' },
        { ratio: 0.5, removed: 4, drops: { left: Infinity, 'right, too': 0.01 }, bound: 'early-exit' },
      ],
      committed: { ratio: 0.25, removed: [1, 3] },
      stoppedBy: 'left',
      macsSaved: 2,
      lossRise: 0.01,
    },
  ],
  filtered: [],
  original: figures,
  final: figures,
  removed: { conv: [1, 3] },
  check: null,
  work: { evaluations: 3, macs: 30, naiveMacs: 30, seconds: 1, backend: 'cpu' },
};

it('writes a line for each trial', () => {
  expect(trialsCsv(report).split('\r\n')).toEqual([
    'step,group,threshold,size,ratio,removed,drop left,"drop right, too",bound,committed,stopped by',
    '1,conv,0.1,8,0.25,2,0.05,0,exact,yes,left',
    '1,conv,0.1,8,0.5,4,Infinity,0.01,early-exit,no,left',
    '',
  ]);
});

it('writes a report that JSON can carry', () => {
  const read = JSON.parse(reportJson(report)) as Report;
  expect(read.steps[0]?.trials[1]?.drops['left']).toBe(Number.MAX_VALUE);
  expect({ ...read, steps: [] }).toEqual({ ...report, steps: [] });
});

it('puts all files into one zip, the same every time', () => {
  const files = [textFile('report.json', '{}'), textFile('model/weights.bin', 'abc')];
  const unzipped = unzipSync(zipFiles(files));
  expect(Object.entries(unzipped).map(([name, bytes]) => [name, strFromU8(bytes)])).toEqual([
    ['report.json', '{}'],
    ['model/weights.bin', 'abc'],
  ]);
  expect(zipFiles(files)).toEqual(zipFiles(files));
});

describe('the name of a pruned model', () => {
  it.each([
    ['resnet.onnx', 'resnet-pruned'],
    ['mine/net.v2.onnx', 'net.v2-pruned'],
    ['model', 'model-pruned'],
    ['net.onnx + weights.pt', 'net-pruned'],
  ])('%s', (file, name) => expect(prunedName(file)).toBe(name));
});
