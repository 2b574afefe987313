import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { numbers } from './coco-numbers';
import { cocoRegion } from './coco-region';
import { ImageFinder } from './find-image';
import type { ImageSet, LabelledObject } from './image-set';
import type { Material, TextFile } from './material';

type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON document looks like COCO's: https://cocodataset.org/#format-data */
export function isCoco(json: object): boolean {
  return (
    'images' in json && Array.isArray(json.images) && 'annotations' in json && Array.isArray(json.annotations)
  );
}

/** Boxes, masks and keypoints as COCO writes them. Categories are numbered from 0 by rising id. */
export function readCoco(file: string, material: Material): ImageSet | null {
  for (const text of material.texts) {
    const json = parse(text);
    if (json) return imageSet(file, text.name, json, material.images);
  }
  return null;
}

/** null for anything but COCO. */
function parse({ name, text }: TextFile): Json | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && isCoco(value) ? value : null;
  } catch (error) {
    throw new InputError({
      file: name,
      problem: `it is not valid JSON (${error instanceof Error ? error.message : String(error)}).`,
      advice: 'It may be cut short: save or download it again.',
    });
  }
}

function imageSet(file: string, source: string, json: Json, images: readonly NamedBytes[]): ImageSet {
  const error = (place: string, problem: string, advice: string) =>
    new InputError({ file: source, place, problem, advice });
  const categories = readCategories(json, error);
  const index = new Map(categories.map(({ id }, i) => [id, i]));
  const { byId, missing } = findImages(json, new ImageFinder(images), error);
  const objects = new Map<NamedBytes, LabelledObject[]>(
    [...byId.values()].flatMap((image) => (image ? [[image, []]] : [])),
  );
  for (const [at, annotation] of records(json, 'annotations').entries()) {
    const place = annotationName(annotation, at);
    const imageId = id(annotation['image_id']);
    if (!byId.has(imageId)) {
      throw error(place, `there is no image with the id ${imageId}.`, 'Mend its "image_id", or take it out.');
    }
    const image = byId.get(imageId);
    if (!image) continue;
    const category = index.get(id(annotation['category_id']));
    if (category === undefined) {
      const problem = `there is no category with the id ${id(annotation['category_id'])}.`;
      throw error(place, problem, 'Mend its "category_id", or add the category.');
    }
    objects
      .get(image)
      ?.push(readObject(annotation, category, (problem, advice) => error(place, problem, advice)));
  }
  if (objects.size === 0) {
    throw error(
      'images',
      'none of its pictures is here.',
      'Bring the annotations and their pictures together.',
    );
  }
  const total = byId.size;
  return {
    file,
    samples: [...objects].map(([image, labelled]) => ({ image, objects: labelled, maps: new Map() })),
    columns: [],
    classNames: new Map([['classes', categories.map(({ name }) => name)]]),
    notes: missing > 0 ? [`${source}: ${missing} of its ${total} pictures are not there.`] : [],
  };
}

type MakeError = (place: string, problem: string, advice: string) => InputError;

function readCategories(json: Json, error: MakeError): { id: string; name: string }[] {
  const found = records(json, 'categories');
  if (found.length === 0) {
    throw error(
      'categories',
      'there are none.',
      'Give the list of categories: [{ "id": 1, "name": "cat" }].',
    );
  }
  return found
    .toSorted((a, b) => Number(a['id']) - Number(b['id']))
    .map((category) => ({
      id: id(category['id']),
      name: typeof category['name'] === 'string' ? category['name'] : id(category['id']),
    }));
}

function findImages(json: Json, finder: ImageFinder, error: MakeError) {
  const byId = new Map<string, NamedBytes | null>();
  let missing = 0;
  for (const [at, entry] of records(json, 'images').entries()) {
    const name = entry['file_name'];
    if (typeof name !== 'string') {
      throw error(`image ${at + 1}`, 'it has no "file_name".', 'Give the name of its file.');
    }
    const image = finder.find(name) ?? null;
    if (!image) missing += 1;
    byId.set(id(entry['id']), image);
  }
  return { byId, missing };
}

function readObject(
  annotation: Json,
  category: number,
  error: (problem: string, advice: string) => InputError,
): LabelledObject {
  const { bbox, segmentation, keypoints, iscrowd } = annotation;
  const box = bbox === undefined ? null : numbers(bbox);
  if (bbox !== undefined && (box?.length !== 4 || (box[2] ?? 0) < 0 || (box[3] ?? 0) < 0)) {
    throw error(
      `its box is ${JSON.stringify(bbox).slice(0, 80)}.`,
      'Give four numbers: left, top, width and height, the last two not negative.',
    );
  }
  const points = keypoints === undefined ? null : numbers(keypoints);
  if (keypoints !== undefined && (points === null || points.length % 3 !== 0)) {
    throw error('its keypoints are not three numbers each.', 'Give x, y and visibility for each.');
  }
  const [x = 0, y = 0, width = 0, height = 0] = box ?? [];
  return {
    units: 'pixels',
    category,
    box: box && [x, y, x + width, y + height],
    region: segmentation === undefined || segmentation === null ? null : cocoRegion(segmentation, error),
    keypoints: points,
    ignored: iscrowd === 1 || iscrowd === true,
  };
}

function records(json: Json, key: string): Json[] {
  const list: readonly unknown[] = Array.isArray(json[key]) ? json[key] : [];
  return list.filter(isRecord);
}

function annotationName(annotation: Json, at: number): string {
  return annotation['id'] === undefined ? `annotation ${at + 1}` : `annotation ${id(annotation['id'])}`;
}

function id(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'missing';
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
