import { imageHeader } from '../../images/header';
import type { NamedBytes } from '../../util/files';
import type { MapFile } from './image-set';
import { baseName, folderOf, stem } from './paths';

export interface PairedMaps {
  /** The pictures themselves. */
  readonly images: readonly NamedBytes[];
  /** For a picture, its label maps by the name of the array. */
  readonly maps: ReadonlyMap<NamedBytes, ReadonlyMap<string, MapFile>>;
  /** Names of all arrays that maps make. */
  readonly arrays: readonly string[];
}

const depthWord = /(^|[/_.-])(depths?|disp|disparity)([/_.-]|$)/i;
const mapWord =
  /(^|[/_.-])(masks?|segs?|semseg|segmentation|segmentations|segmentationclass|labels?|labelids|annotations?|gt|gtfine|groundtruth|trimaps?|parts|saliency|edges|depths?|disp|disparity)([/_.-]|$)/i;
/** Instances, which have no classes. */
const leftOut = /(^|\/)SegmentationObject\//;
/** Words that stand in names beside what the picture and its map have in common. */
const addition =
  /[_.-]?(depths?|disp|disparity|masks?|segs?|semseg|segmentation|labels?|labelids|labeltrainids|gt|gtfine|rgb|image|img|colou?rs?|leftimg8bit|trimap)$/i;

interface Candidate {
  readonly file: NamedBytes;
  /** The path without the folders that all files share. */
  readonly path: string;
  /** Whether each pixel is one number. */
  readonly single: boolean;
  readonly depth: number;
}

/**
 * Pairs pictures with PNGs whose pixels are labels: one number a pixel, and the name of a picture in another folder or
 * with a word such as `_mask` added. What they are is told by their names; without that, folders that hold nothing
 * but such PNGs are taken for maps of the pictures of the same names. Names that say "depth", or 16 bits, make depth.
 */
export function pairLabelMaps(files: readonly NamedBytes[]): PairedMaps {
  const shared = sharedFolder(files);
  const all = files
    .filter(({ name }) => !leftOut.test(name))
    .map((file): Candidate => {
      const header = imageHeader(file.bytes);
      const single = header?.format === 'png' && header.single;
      return { file, path: file.name.slice(shared), single, depth: header?.depth ?? 8 };
    });
  const named = ({ single, path }: Candidate) => single && mapWord.test(path);
  const colourful = new Set(all.filter(({ single }) => !single).map(({ path }) => folderOf(path)));
  const alone = ({ single, path }: Candidate) => single && !colourful.has(folderOf(path));
  return pair(all, named, 1) ?? pair(all, alone, 0.9) ?? { images: files, maps: new Map(), arrays: [] };
}

/** null when fewer than this share of the maps have a picture, or there are none. */
function pair(
  all: readonly Candidate[],
  isMap: (one: Candidate) => boolean,
  share: number,
): PairedMaps | null {
  const candidates = all.filter(isMap);
  const pictures = all.filter((one) => !isMap(one));
  const byKey = new Map(pictures.map((picture) => [key(picture), picture.file]));
  const paired = candidates.filter((one) => byKey.has(key(one)));
  const wanted = share === 1 ? 1 : candidates.length * share;
  if (paired.length === 0 || paired.length < wanted) return null;
  const names = arrayNames(paired);
  const maps = new Map<NamedBytes, Map<string, MapFile>>();
  for (const one of paired) {
    const image = byKey.get(key(one));
    if (!image) continue;
    const of = maps.get(image) ?? new Map<string, MapFile>();
    maps.set(image, of.set(names.get(source(one)) ?? 'mask', { kind: kindOf(one), file: one.file }));
  }
  return { images: pictures.map(({ file }) => file), maps, arrays: [...new Set(names.values())] };
}

/** `mask` and `depth`; where there are several of a kind each is called by its folder or the word in its name. */
function arrayNames(maps: readonly Candidate[]): Map<string, string> {
  const sources = new Map(maps.map((one) => [source(one), one]));
  const kinds = [...sources.values()].map(kindOf);
  return new Map(
    [...sources].map(([from, one]) => {
      const kind = kindOf(one);
      const single = kinds.filter((other) => other === kind).length === 1;
      return [from, single ? (kind === 'numbers' ? 'depth' : 'mask') : baseName(from)];
    }),
  );
}

/** The folder of a map, and the word in its name that says that it is one. */
function source({ path }: Candidate): string {
  const word = addition.exec(stem(path))?.[1];
  return word === undefined ? folderOf(path) : `${folderOf(path)}/${word}`;
}

function kindOf({ path, depth }: Candidate): MapFile['kind'] {
  return depth === 16 || depthWord.test(path) ? 'numbers' : 'classes';
}

function key({ path }: Candidate): string {
  let short = stem(path);
  while (short !== short.replace(addition, '')) short = short.replace(addition, '');
  return short === '' ? stem(path) : short;
}

/** Characters of the folders that all paths begin with. */
function sharedFolder(files: readonly NamedBytes[]): number {
  const [first, ...others] = files.map(({ name }) => `${folderOf(name)}/`);
  if (first === undefined) return 0;
  let shared = first;
  for (const folder of others) while (!folder.startsWith(shared)) shared = shared.replace(/[^/]*\/$/, '');
  return shared === '/' ? 0 : shared.length;
}
