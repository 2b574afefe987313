import { InputError } from '../../util/errors';
import { classList, dataYaml, type DataYaml } from './class-list';
import type { ImageSample, ImageSet, LabelledObject } from './image-set';
import type { Material, TextFile } from './material';
import { baseName, stem } from './paths';

/**
 * One text file a picture, of the same name: a line an object, in fractions of the picture: class and box (centre,
 * width, height), or class and polygon, or class, box and keypoints where data.yaml declares `kpt_shape`. A picture
 * without a file has no objects. https://docs.ultralytics.com/datasets/
 */
export function readYolo(file: string, material: Material): ImageSet | null {
  const stems = new Set(material.images.map(({ name }) => stem(name)));
  const labels = material.texts.filter(({ name }) => /\.txt$/i.test(name) && stems.has(stem(name)));
  if (!labels.some(({ text }) => looksLikeYolo(text))) return null;
  const yaml = dataYaml(material);
  const declared = yaml?.names ?? classList(material);
  const byStem = groupByStem(labels);
  const samples = material.images.map((image): ImageSample => {
    const text = bestMatch(byStem.get(stem(image.name)) ?? [], image.name);
    const objects = text ? readLines(text, yaml?.keypoints ?? null, declared) : [];
    return { image, objects, maps: new Map() };
  });
  const largest = samples.reduce(
    (most, { objects }) => (objects ?? []).reduce((max, { category }) => Math.max(max, category), most),
    0,
  );
  const names = declared ?? Array.from({ length: largest + 1 }, (_, i) => String(i));
  return { file, samples, columns: [], classNames: new Map([['classes', names]]), notes: [] };
}

/** By its first line: a class and at least four numbers. */
function looksLikeYolo(text: string): boolean {
  const [line = ''] = text.trimStart().split('\n', 1);
  return /^\d+(\.0+)?(\s+[-+.\deE]+){4,}\s*$/.test(line);
}

function groupByStem(files: readonly TextFile[]): Map<string, TextFile[]> {
  const groups = new Map<string, TextFile[]>();
  for (const file of files) {
    const key = stem(file.name);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return groups;
}

/** Of several, the one whose path is the picture's with `labels` for `images`, as YOLO looks for it. */
function bestMatch(files: readonly TextFile[], image: string): TextFile | undefined {
  const wanted = image.replace(/(^|\/)images\//, '$1labels/').replace(/\.[^.]*$/, '.txt');
  return files.find(({ name }) => name === wanted) ?? files[0];
}

function readLines(
  { name, text }: TextFile,
  keypoints: DataYaml['keypoints'],
  classes: readonly string[] | null,
): LabelledObject[] {
  return text.split(/\r?\n/).flatMap((line, index): LabelledObject[] => {
    if (line.trim() === '') return [];
    const error = (problem: string, advice: string) =>
      new InputError({ file: name, place: `line ${index + 1}`, problem, advice });
    const fields = line.trim().split(/\s+/).map(Number);
    const [category = NaN, ...rest] = fields;
    if (!fields.every(Number.isFinite)) throw error('not all of it are numbers.', lineAdvice);
    if (!Number.isInteger(category) || category < 0 || category >= 10_000) {
      throw error(`${category} is not a class.`, lineAdvice);
    }
    if (classes && category >= classes.length) {
      throw error(
        `class ${category} is not among the ${classes.length} that ${baseName(name)} can name.`,
        'Mend it, or list all classes in data.yaml or classes.txt.',
      );
    }
    return [readObject(category, rest, keypoints, error)];
  });
}

const lineAdvice = 'Write the class, then centre x, centre y, width and height in fractions of the picture.';

function readObject(
  category: number,
  rest: readonly number[],
  keypoints: DataYaml['keypoints'],
  error: (problem: string, advice: string) => InputError,
): LabelledObject {
  const object = { units: 'fractions', category, region: null, keypoints: null, ignored: false } as const;
  const bad = rest.find((value) => value < -0.5 || value > 2.5);
  if (bad !== undefined)
    throw error(`${bad} is no fraction of the picture.`, 'Divide by its width and height.');
  const [x = 0, y = 0, w = 0, h = 0, ...more] = rest;
  const box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2] as const;
  if (rest.length === 4) return { ...object, box };
  if (keypoints && more.length === keypoints.count * keypoints.numbers) {
    return { ...object, box, keypoints: points(more, keypoints.numbers) };
  }
  if (rest.length >= 6 && rest.length % 2 === 0) {
    const [xs, ys] = [0, 1].map((odd) => rest.filter((_, i) => i % 2 === odd));
    const bounds = [
      Math.min(...(xs ?? [])),
      Math.min(...(ys ?? [])),
      Math.max(...(xs ?? [])),
      Math.max(...(ys ?? [])),
    ] as const;
    return { ...object, box: bounds, region: { kind: 'polygons', polygons: [rest] } };
  }
  throw error(`it has ${rest.length + 1} numbers.`, lineAdvice);
}

/** Two numbers a point are visible points, unless they are zero. */
function points(values: readonly number[], each: number): number[] {
  return Array.from({ length: values.length / each }, (_, i) => {
    const [x = 0, y = 0, visibility = x === 0 && y === 0 ? 0 : 2] = values.slice(i * each, (i + 1) * each);
    return [x, y, visibility];
  }).flat();
}
