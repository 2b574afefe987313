import { beforeAll, expect, it } from 'vitest';
import { startWasm } from '../../../src/engine/testing/wasm';
import { measureTasks } from '../measure';
import { publicModel, testPublicFiles } from '../testing/public-files';
import { calibrationRooms } from './data';
import { roomsSet } from './set';
import { roomTaskSpecs } from './tasks';

const set = roomsSet(calibrationRooms());

beforeAll(startWasm);

it('does its four tasks in rooms it has never seen', () => {
  const { graph } = publicModel('rooms');
  const { segments, depth, normals, edges } = measureTasks(graph, set, roomTaskSpecs);
  expect(segments?.['mIoU']).toBeGreaterThan(0.7);
  expect(depth?.['RMSE']).toBeLessThan(0.45);
  expect(normals?.['mean angle (°)']).toBeLessThan(12);
  expect(edges?.['odsF (approximate)']).toBeGreaterThan(0.7);
});

testPublicFiles('rooms', set, roomTaskSpecs);
