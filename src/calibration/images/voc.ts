import { XMLParser } from 'fast-xml-parser';
import { InputError } from '../../util/errors';
import { classList } from './class-list';
import { ImageFinder } from './find-image';
import type { ImageSample, ImageSet, LabelledObject } from './image-set';
import type { Material, TextFile } from './material';
import { byName, stem } from './paths';

/** The classes of PASCAL VOC 2007 and 2012, in its own order. */
const vocClasses = (
  'aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant ' +
  'sheep sofa train tvmonitor'
).split(' ');

interface Annotation {
  readonly source: string;
  readonly image: string;
  readonly objects: readonly VocObject[];
}

interface VocObject {
  readonly name: string;
  /** In pixels counted from 1, both ends inside. */
  readonly box: readonly [number, number, number, number];
  readonly difficult: boolean;
}

/** One XML file a picture, as PASCAL VOC and labelImg write them. Objects marked difficult are left aside. */
export function readVoc(file: string, material: Material): ImageSet | null {
  const annotations = material.texts.flatMap((text) => readAnnotation(text) ?? []);
  if (annotations.length === 0) return null;
  const finder = new ImageFinder(material.images);
  const names = classNames(annotations, classList(material));
  const index = new Map(names.map((name, i) => [name, i]));
  const labelled = annotations.flatMap((annotation): ImageSample[] => {
    const image = finder.find(stem(annotation.source)) ?? finder.find(annotation.image);
    if (!image) return [];
    const objects = annotation.objects.map(({ name, box: [x1, y1, x2, y2], difficult }): LabelledObject => ({
      units: 'pixels',
      category: index.get(name) ?? 0,
      box: [x1 - 1, y1 - 1, x2, y2],
      region: null,
      keypoints: null,
      ignored: difficult,
    }));
    return [{ image, objects, maps: new Map() }];
  });
  const missing = annotations.length - labelled.length;
  const [first] = annotations;
  if (labelled.length === 0 && first) {
    throw new InputError({
      file: first.source,
      problem: `its picture "${first.image}" is not there, nor that of any other annotation.`,
      advice: 'Bring the annotations and their pictures together.',
    });
  }
  return {
    file,
    samples: labelled,
    columns: [],
    classNames: new Map([['classes', names]]),
    notes:
      missing > 0
        ? [`${missing} of ${annotations.length} annotations are of pictures that are not there.`]
        : [],
  };
}

function classNames(annotations: readonly Annotation[], listed: readonly string[] | null): readonly string[] {
  const found = [...new Set(annotations.flatMap(({ objects }) => objects.map(({ name }) => name)))].sort(
    byName,
  );
  const known = [listed ?? [], vocClasses].find((names) => found.every((name) => names.includes(name)));
  return known && known.length > 0 ? known : found;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === 'object',
});

function readAnnotation({ name, text }: TextFile): Annotation | null {
  if (!/^\s*</.test(text) || !text.includes('<annotation')) return null;
  const error = (place: string, problem: string, advice: string) =>
    new InputError({ file: name, ...(place ? { place } : {}), problem, advice });
  if (!/<\/annotation>\s*$/.test(text)) throw error('', 'it is cut short.', 'Save or download it again.');
  let root: unknown;
  try {
    root = parser.parse(text);
  } catch (reason) {
    const why = reason instanceof Error ? reason.message : String(reason);
    throw error('', `it is not valid XML (${why}).`, 'Mend it, or leave it out.');
  }
  const annotation = field(root, 'annotation');
  if (annotation === undefined) return null;
  const list = field(annotation, 'object');
  const objects = Array.isArray(list) ? list.map((value: unknown, i) => readObject(value, i, error)) : [];
  const image = field(annotation, 'filename');
  return { source: name, image: typeof image === 'string' && image !== '' ? image : name, objects };
}

function readObject(
  value: unknown,
  at: number,
  error: (place: string, problem: string, advice: string) => InputError,
): VocObject {
  const name = field(value, 'name');
  const place = `object ${at + 1}`;
  if (typeof name !== 'string' || name === '') throw error(place, 'it has no name.', 'Name its class.');
  const box = field(value, 'bndbox');
  const side = (key: string) => {
    const text = field(box, key);
    return typeof text === 'string' && text.trim() !== '' ? Number(text) : NaN;
  };
  const corners = [side('xmin'), side('ymin'), side('xmax'), side('ymax')] as const;
  if (!corners.every(Number.isFinite) || corners[2] < corners[0] || corners[3] < corners[1]) {
    throw error(
      `${place} ("${name}")`,
      `its box is ${corners.join(', ')}.`,
      'Give numbers for xmin, ymin, xmax and ymax, each maximum not below its minimum.',
    );
  }
  return { name, box: corners, difficult: field(value, 'difficult') === '1' };
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key]; // an object, checked above
}
