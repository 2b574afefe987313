import type { Graph } from '../../../src/graph/graph';
import { GraphBuilder } from '../../../src/graph/builder';
import { trainingRooms } from './data';
import { roomTasks, taskNames, type RoomTask } from './network';
import { canvas } from './render';

const roomCount = 400;

/**
 * What can be said of a pixel without looking: the mean over rooms of what is seen there, for each task. As a graph
 * that adds these maps to zero times its input.
 */
export function meanPredictor(): Graph {
  const builder = new GraphBuilder('mean');
  const x = builder.input('x', [null, canvas, canvas, 3]);
  const maps = meanMaps();
  for (const task of taskNames) {
    const channels = roomTasks[task];
    const param = (name: string, shape: readonly number[], data: Float32Array) =>
      builder.param({ name: `${task}.${name}`, shape, data, role: 'weight', source: null });
    const nothing = builder.add({
      op: 'conv2d',
      source: `${task}.nothing`,
      inputs: [x, param('kernel', [1, 1, 3, channels], new Float32Array(3 * channels))],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [0, 0, 0, 0],
      groups: 1,
    });
    const map = param('map', [canvas, canvas, channels], maps[task]);
    builder.output(
      task,
      builder.add(
        { op: 'binary', kind: 'add', source: `${task}.mean`, inputs: [nothing, map] },
        { name: task },
      ),
    );
  }
  return builder.build();
}

/** Logarithms of frequencies for classes, log-odds for edges, means for depth and normals. */
function meanMaps(): Readonly<Record<RoomTask, Float32Array>> {
  const rooms = trainingRooms(roomCount, 0, 0);
  const area = canvas * canvas;
  const mean = (channels: number, valueAt: (index: number, channel: number) => number) =>
    Float32Array.from({ length: area * channels }, (_, at) => {
      const [pixel, channel] = [Math.floor(at / channels), at % channels];
      let sum = 0;
      for (let room = 0; room < roomCount; room++) sum += valueAt(room * area + pixel, channel);
      return sum / roomCount;
    });
  const share = (value: number) => Math.min(1 - 1e-3, Math.max(1e-3, value));
  return {
    segments: mean(roomTasks.segments, (at, channel) => (rooms.segments[at] === channel ? 1 : 0)).map(
      (frequency) => Math.log(share(frequency)),
    ),
    depth: mean(1, (at) => rooms.depth[at] ?? 0),
    normals: mean(3, (at, channel) => rooms.normals[at * 3 + channel] ?? 0),
    edges: mean(1, (at) => rooms.edges[at] ?? 0).map((frequency) =>
      Math.log(share(frequency) / (1 - share(frequency))),
    ),
  };
}
