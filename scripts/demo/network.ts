import type { Graph, ValueId } from '../../src/graph/graph';
import { Layers } from './layers';
import { canvas } from './multi-mnist';

export const tasks = ['left', 'right'] as const;
export type Task = (typeof tasks)[number];

/** Channels of the stem; then of the three residual stages at 18×18, 9×9 and 5×5, and between a block's convolutions. */
const stemWidth = 16;
const stages = [
  { width: 16, inner: 32 },
  { width: 32, inner: 64 },
  { width: 64, inner: 128 },
] as const;
const headWidth = 48;
const hiddenWidth = 64;
export const classes = 10;

/** A residual trunk of basic blocks, and a convolutional head for each digit. */
export function demoNetwork(seed: number): Graph {
  const layers = new Layers('demo', seed);
  let x = layers.input('x', [canvas, canvas, 1]);
  x = layers.convNormRelu('stem', x, stemWidth, 3, 2);
  stages.forEach((stage, index) => {
    x = basicBlock(layers, `block${index + 1}`, x, stage, index === 0 ? 1 : 2);
  });
  for (const task of tasks) {
    let y = layers.convNormRelu(`${task}_head`, x, headWidth, 3, 2);
    y = layers.flatten(`${task}_head.flatten`, y);
    y = layers.relu(`${task}_head.fc1.relu`, layers.dense(`${task}_head.fc1`, y, hiddenWidth));
    layers.output(task, layers.dense(`${task}_head.fc2`, y, classes, task));
  }
  return layers.build();
}

/** Values inside the blocks and heads; dropping their channels while training leaves the network able to lose some. */
export function innerValues(graph: Graph): ValueId[] {
  const inner = /^block\d\.relu1$|_head\.relu$|fc1\.relu$/;
  return graph.nodes.filter(({ source }) => inner.test(source)).map(({ output }) => output);
}

function basicBlock(
  layers: Layers,
  name: string,
  x: ValueId,
  { width, inner }: (typeof stages)[number],
  stride: number,
): ValueId {
  let y = layers.convNormRelu(name, x, inner, 3, stride, '1');
  y = layers.convNorm(name, y, width, 3, 1, '2');
  const shortcut =
    stride === 1 && layers.channels(x) === width
      ? x
      : layers.convNorm(`${name}.shortcut`, x, width, 1, stride);
  return layers.relu(`${name}.relu`, layers.add(`${name}.add`, y, shortcut));
}
