import { expect, it } from 'vitest';
import { markers } from '../state/task-style';
import { markerPath } from './marker-path';

it('draws a different closed shape for each marker', () => {
  const paths = markers.map((marker) => markerPath(marker, 4));
  expect(new Set(paths).size).toBe(markers.length);
  for (const path of paths) expect(path).toMatch(/^M.*Z$/);
});
