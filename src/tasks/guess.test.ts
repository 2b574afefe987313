import { describe, expect, it } from 'vitest';
import { guessTasks } from './guess';
import { bytes, floats } from './testing/arrays';

const digits = (name: string) => bytes(name, [4], [0, 9, 3, 1]);

it('matches by name, then takes what fits in order', () => {
  const outputs = ['right', 'left'].map((name) => ({ name, sampleShape: [10] }));
  expect(guessTasks(outputs, [digits('left'), digits('right')])).toEqual([
    { name: 'right', loss: 'cross-entropy', output: 'right', labels: 'right' },
    { name: 'left', loss: 'cross-entropy', output: 'left', labels: 'left' },
  ]);
  expect(guessTasks([{ name: 'logits', sampleShape: [10] }], [digits('a'), digits('b')])).toMatchObject([
    { labels: 'a' },
  ]);
});

it.each([
  ['class numbers of a map', [5, 2, 2], bytes('y', [1, 2, 2], [0, 4, 1, 1]), 'cross-entropy'],
  ['one-hot labels', [3], floats('y', [2, 3], [0, 1, 0, 1, 0, 0]), 'cross-entropy'],
  ['several yes or no', [3], bytes('y', [2, 3], [0, 1, 1, 0, 0, 0]), 'binary-cross-entropy'],
  ['one yes or no', [1], bytes('y', [2], [0, 1]), 'binary-cross-entropy'],
  ['measurements', [2], floats('y', [2, 2], [0.5, 12, -3, 4]), 'mse'],
  ['labels of another shape', [2], floats('y', [1, 7], [1, 2, 3, 4, 5, 6, 7]), 'agreement'],
  ['more classes than the output has', [3], bytes('y', [2], [0, 3]), 'agreement'],
])('%s', (_, sampleShape, array, loss) => {
  expect(guessTasks([{ name: 'y', sampleShape }], [array])).toMatchObject([{ loss }]);
});

it.each([
  [
    'depth, unknown as NaN',
    'depth',
    [1, 2, 2],
    floats('depth', [1, 2, 2], [1, NaN, 2, 3]),
    { loss: 'depth-l1' },
  ],
  [
    'normals',
    'normals',
    [3, 2, 4],
    floats('n', [1, 2, 4, 3], Array(24).fill(0.5)),
    { loss: 'normals-cosine' },
  ],
  [
    'edges',
    'edges',
    [1, 2, 2],
    bytes('e', [1, 2, 2], [0, 1, 0, 255]),
    { loss: 'balanced-bce', metric: 'odsF' },
  ],
  ['a map with unknown positions', 'seg', [3, 2, 2], bytes('m', [1, 2, 2], [0, 2, 255, 1]), { ignore: 255 }],
  [
    'a map that margins may be added to',
    'seg',
    [3, 2, 2],
    bytes('m', [1, 2, 2], [0, 2, 2, 1]),
    { ignore: 255 },
  ],
  [
    'keypoints',
    'heat',
    [2, 4, 4],
    floats('keypoints', [1, 3, 2, 3], Array(18).fill(1)),
    { loss: 'keypoint-heatmap' },
  ],
])('%s', (_, name, sampleShape, array, expected) => {
  expect(guessTasks([{ name, sampleShape }], [array])).toMatchObject([{ labels: array.name, ...expected }]);
});

it('takes targets at some positions for those positions alone', () => {
  const wh = floats('wh', [1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8.5]);
  const pos = bytes('pos', [1, 2, 2], [0, 1, 0, 0]);
  expect(guessTasks([{ name: 'wh', sampleShape: [2, 2, 2] }], [wh, pos])).toEqual([
    { name: 'wh', output: 'wh', labels: 'wh', loss: 'l1', mask: 'pos', reduction: 'sum' },
  ]);
});

describe('detectors, a task for each component', () => {
  const boxes = floats('boxes', [1, 2, 4], [0, 0, 5, 5, 0, 0, 0, 0]);
  const classes = floats('classes', [1, 2], [3, -1]);
  const losses = (outputs: Parameters<typeof guessTasks>[0]) =>
    guessTasks(outputs, [boxes, classes]).map(({ loss, output }) => [loss, output]);

  it('CenterNet, and what stands beside it', () => {
    const outputs = [
      { name: 'hm', sampleShape: [10, 16, 16] },
      { name: 'seg', sampleShape: [11, 16, 16] },
      { name: 'wh', sampleShape: [2, 16, 16] },
      { name: 'reg', sampleShape: [2, 16, 16] },
    ];
    const heads = ['hm', 'wh', 'reg'];
    expect(losses(outputs)).toEqual([
      ['centernet-heat', heads],
      ['centernet-size', heads],
      ['centernet-offset', heads],
      ['agreement', 'seg'],
    ]);
  });

  it('YOLOv5, the finest scale first', () => {
    const outputs = [20, 40, 80].map((side) => ({ name: `p${side}`, sampleShape: [27, side, side] }));
    const heads = ['p80', 'p40', 'p20'];
    expect(losses(outputs)).toEqual([
      ['yolo-box', heads],
      ['yolo-objectness', heads],
      ['yolo-class', heads],
    ]);
  });

  it('SSD300', () => {
    const outputs = [
      { name: 'scores', sampleShape: [8732, 21] },
      { name: 'boxes', sampleShape: [8732, 4] },
    ];
    expect(losses(outputs)).toEqual([
      ['ssd-location', ['boxes', 'scores']],
      ['ssd-confidence', ['boxes', 'scores']],
    ]);
  });
});
