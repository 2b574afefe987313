import { isImage } from '../../images/header';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { readClassFolders } from './class-folders';
import { classList } from './class-list';
import { readCoco } from './coco';
import type { ImageSet } from './image-set';
import { pairLabelMaps, type PairedMaps } from './label-maps';
import { sortMaterial, type Material } from './material';
import { readTable } from './table';
import { readVoc } from './voc';
import { readYolo } from './yolo';

const readers = [readCoco, readVoc, readYolo, readTable, readClassFolders];

/**
 * Understands a folder of pictures: COCO, Pascal VOC, YOLO, a table, or class folders, whichever is found first, and
 * label maps beside any of them. Pictures without any labels are a set too.
 *
 * @param file how messages call the whole
 * @throws InputError for the first label that cannot be used, naming its file and record
 */
export function readImageSet(file: string, files: readonly NamedBytes[]): ImageSet {
  const { images, texts } = sortMaterial(files);
  const paired = pairLabelMaps(images);
  const material: Material = { images: paired.images, texts };
  const found = (paired.maps.size > 0 ? readers.slice(0, -1) : readers).reduce<ImageSet | null>(
    (set, read) => set ?? read(file, material),
    null,
  );
  return withMaps(found ?? unlabelled(file, material), paired, material);
}

/** Whether any of the files is a picture, so that the others may be its labels. */
export function hasImages(files: readonly NamedBytes[]): boolean {
  return files.some(({ bytes }) => isImage(bytes));
}

function unlabelled(file: string, { images, texts }: Material): ImageSet {
  const names = texts.map(({ name }) => name);
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
  return {
    file,
    samples: images.map((image) => ({ image, objects: null, maps: new Map() })),
    columns: [],
    classNames: new Map(),
    notes: names.length > 0 ? [`${shown}: not understood as labels of these pictures, and left aside.`] : [],
  };
}

/** Each sample with its maps. A picture that lacks one is left out, for its pixels would teach nothing. */
function withMaps(set: ImageSet, { maps, arrays }: PairedMaps, material: Material): ImageSet {
  if (arrays.length === 0) return set;
  const kept = set.samples.flatMap((_, index) => {
    const image = set.samples[index]?.image;
    const of = image && maps.get(image);
    return of && arrays.every((array) => of.has(array)) ? [{ index, of }] : [];
  });
  if (kept.length === 0) {
    throw new InputError({
      file: set.file,
      problem: `no picture has all its label maps (${arrays.join(', ')}).`,
      advice: 'Give each map the name of its picture, in a folder of its own.',
    });
  }
  const names = classList(material);
  const missing = set.samples.length - kept.length;
  return {
    ...set,
    samples: kept.flatMap(({ index, of }) => {
      const sample = set.samples[index];
      return sample ? [{ ...sample, maps: of }] : [];
    }),
    columns: set.columns.map((column) => ({
      ...column,
      values: kept.map(({ index }) => column.values[index] ?? 0),
    })),
    classNames:
      names && arrays.includes('mask') ? new Map([...set.classNames, ['mask', names]]) : set.classNames,
    notes:
      missing > 0
        ? [...set.notes, `${missing} of ${set.samples.length} pictures have no label map and are left out.`]
        : set.notes,
  };
}
