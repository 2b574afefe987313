import { maxPixels } from '../../images/raster';
import type { InputError } from '../../util/errors';
import { numbers } from './coco-numbers';
import type { Region } from './image-set';

type MakeError = (problem: string, advice: string) => InputError;

/** COCO's `segmentation`: a list of polygons, or runs, counted or in pycocotools' compressed text. */
export function cocoRegion(value: unknown, error: MakeError): Region | null {
  if (Array.isArray(value)) return polygons(value, error);
  if (typeof value !== 'object' || value === null || !('counts' in value) || !('size' in value)) {
    throw error(
      'its segmentation is neither polygons nor runs.',
      'Give a list of polygons, or counts and size.',
    );
  }
  const [height = 0, width = 0] = numbers(value.size) ?? [];
  const usable = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!usable || width * height > maxPixels) {
    throw error(
      `the size of its segmentation is ${JSON.stringify(value.size)}.`,
      'Give [height, width] in pixels.',
    );
  }
  const counts = typeof value.counts === 'string' ? decodeCounts(value.counts) : numbers(value.counts);
  const total = counts?.reduce((sum, count) => sum + count, 0);
  if (!counts || counts.some((count) => count < 0) || total !== width * height) {
    throw error(`its runs do not add up to ${height}×${width} pixels.`, 'Save the segmentation again.');
  }
  return { kind: 'runs', width, height, counts };
}

function polygons(list: readonly unknown[], error: MakeError): Region | null {
  if (list.length === 0) return null;
  const read = list.map((polygon) => {
    const points = numbers(polygon);
    if (points && points.length >= 6 && points.length % 2 === 0) return points;
    throw error(
      'one of its polygons is not a list of three or more points.',
      'Give x and y of each point in turn.',
    );
  });
  return { kind: 'polygons', polygons: read };
}

/**
 * Runs of zeros and ones in turn, as pycocotools writes them: five bits a character from "0" on, the sixth says that
 * more follow; from the fourth run on the difference to the one two before.
 */
function decodeCounts(text: string): number[] | null {
  const counts: number[] = [];
  let at = 0;
  while (at < text.length) {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      const code = text.charCodeAt(at) - 48;
      at += 1;
      if (!(code >= 0 && code < 64) || shift > 30) return null;
      value |= (code & 31) << shift;
      if ((code & 32) !== 0) continue;
      if ((code & 16) !== 0) value |= -1 << (shift + 5);
      break;
    }
    counts.push(counts.length > 2 ? value + (counts.at(-2) ?? 0) : value);
  }
  return counts;
}
