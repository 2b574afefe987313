import { beforeAll, expect, it } from 'vitest';
import { startWasm } from '../../../src/engine/testing/wasm';
import { measureTasks } from '../measure';
import { publicModel, testPublicFiles } from '../testing/public-files';
import { calibrationScenes } from './data';
import { detectorSet } from './set';
import { detectorTasks } from './tasks';

const set = detectorSet(calibrationScenes());

beforeAll(startWasm);

it('finds digits and their pixels in scenes it has never seen', () => {
  const { graph } = publicModel('detector');
  const { heat, segments } = measureTasks(graph, set, detectorTasks);
  expect(heat?.['mAP@.5']).toBeGreaterThan(0.8);
  expect(segments?.['mIoU']).toBeGreaterThan(0.75);
});

testPublicFiles('detector', set, detectorTasks);
