import type { Graph, Value } from '../graph/graph';
import type { ImageTarget } from '../images/fit';
import { isImage } from '../images/header';
import type { ImageDecoder } from '../images/raster';
import { unwatched, type Checkpoint } from '../util/checkpoint';
import { InputError } from '../util/errors';
import type { NamedBytes } from '../util/files';
import { isZip, unpackedLimit, unzipInPortions, zipNames } from '../util/zip';
import type { CalibrationFile, CalibrationSpec } from './calibration';
import { guessCalibration } from './guess';
import { imageArray, type ImageSet } from './images/image-set';
import { baseName } from './images/paths';
import { hasImages, readImageSet } from './images/read';
import { renderImages } from './images/render';
import { isCalibrationFile, readCalibration } from './read';
import type { Layout } from './sample-layout';
import { selectSamples, type ClassOf } from './subset';

/** A calibration set as it was brought: arrays, or pictures that are decoded once the network's size is known. */
export type CalibrationSource =
  | { readonly kind: 'arrays'; readonly file: CalibrationFile }
  | { readonly kind: 'images'; readonly set: ImageSet };

/**
 * Reads a calibration set: files of arrays (see `readCalibration`), or pictures with their labels, in archives or not.
 *
 * @param name how messages call a folder; by default what its files are called
 * @throws InputError
 */
export async function openCalibration(
  files: readonly NamedBytes[],
  { name, checkpoint = unwatched }: { name?: string; checkpoint?: Checkpoint } = {},
): Promise<CalibrationSource> {
  const unpacked = await unpackImages(files, checkpoint);
  await checkpoint('Reading the labels', 0, 1);
  const arrays = unpacked.filter((file) => isCalibrationFile(file) && !isImage(file.bytes));
  // Beside arrays, a picture is but an illustration.
  if (arrays.length > 0 || !hasImages(unpacked)) {
    return { kind: 'arrays', file: readCalibration(arrays.length > 0 ? arrays : files) };
  }
  return { kind: 'images', set: readImageSet(name ?? folderName(files), unpacked) };
}

/** Archives of pictures in their contents' place; archives of arrays stay as they are. */
async function unpackImages(files: readonly NamedBytes[], checkpoint: Checkpoint): Promise<NamedBytes[]> {
  const unpacked: NamedBytes[] = [];
  for (const file of files) {
    if (!isZip(file.bytes) || zipNames(file).some((entry) => entry.endsWith('.npy'))) unpacked.push(file);
    else unpacked.push(...(await unzipInPortions(file, isWanted, { limit: unpackedLimit, checkpoint })));
  }
  return unpacked;
}

const isWanted = (entry: string) => !/(^|\/)(__MACOSX\/|\.|Thumbs\.db$)/.test(entry);

/** The folder that all files lie in, or the only file, or how many pictures there are. */
function folderName(files: readonly NamedBytes[]): string {
  const [first] = files;
  if (files.length === 1 && first) return baseName(first.name);
  const folder = first?.name.includes('/') ? first.name.slice(0, first.name.indexOf('/')) : '';
  if (folder !== '' && files.every(({ name }) => name.startsWith(`${folder}/`))) return folder;
  return `${files.filter(({ bytes }) => isImage(bytes)).length} pictures`;
}

const manySamples = 512;

/** The most likely `calibration` of a recipe. @throws InputError when the set does not fit the model at all */
export function guessSpec(source: CalibrationSource, graph: Graph, modelLayout: Layout): CalibrationSpec {
  if (source.kind === 'arrays') return guessCalibration(source.file, graph);
  const { set } = source;
  const count = set.samples.length;
  const balance = set.columns.find((column) => isClasses(column, set))?.name;
  const many = count > manySamples || balance !== undefined;
  // Pictures come sorted by their class: they are mixed even when all are taken.
  const subset = {
    count: Math.min(count, manySamples),
    seed: 1,
    ...(balance === undefined ? {} : { balance }),
  };
  const { channels } = imageTarget(graph.inputs[0], modelLayout);
  const detects = set.samples.some(({ objects }) => objects !== null);
  return {
    file: set.file,
    input: imageArray,
    layout: 'NHWC',
    scale: 1 / 255,
    mean: [0],
    std: [1],
    limit: null,
    ...(many ? { subset } : {}),
    fit: detects && channels === 3 ? 'letterbox' : 'resize',
  };
}

/** Whole numbers that have names, or are each of several samples. */
function isClasses(
  { name, dtype, values }: ImageSet['columns'][number],
  { classNames, samples }: ImageSet,
): boolean {
  const distinct = new Set(values).size;
  return dtype === 'int32' && distinct <= 1000 && (classNames.has(name) || distinct <= samples.length / 2);
}

/**
 * The arrays of a set as a spec wants them: pictures are decoded to the model's size, and only those that are used.
 *
 * @throws InputError
 */
export async function renderCalibration(
  source: CalibrationSource,
  spec: CalibrationSpec,
  model: { readonly input: Value | undefined; readonly layout: Layout },
  decoder: ImageDecoder,
  checkpoint: Checkpoint = unwatched,
): Promise<CalibrationFile> {
  if (source.kind === 'arrays') return source.file;
  const { set } = source;
  const samples = selectSamples(set.samples.length, { ...spec, file: set.file }, classesOf(set));
  const target = imageTarget(model.input, model.layout);
  const { fit = 'resize', size, interpolation = 'antialias', channels = 'rgb', pad = 114 } = spec;
  const request = {
    target,
    samples,
    depthScale: spec.depthScale ?? 1,
    fit: { fit, size: size ?? null, interpolation, channels, pad },
  };
  return renderImages(set, request, decoder, checkpoint);
}

/** What a rendered set depends on; two specs of the same text need it only once. */
export function renderKey(
  source: CalibrationSource,
  spec: CalibrationSpec,
  input: Value | undefined,
): string {
  if (source.kind === 'arrays') return '';
  const { fit, size, interpolation, channels, pad, depthScale, subset, limit } = spec;
  return JSON.stringify([fit, size, interpolation, channels, pad, depthScale, subset, limit, input?.shape]);
}

/** Columns say the class of a sample; objects by the first of them. */
function classesOf(set: ImageSet): ClassOf {
  return (array) => {
    const column = set.columns.find(({ name }) => name === array);
    if (column) return (sample) => column.values[sample] ?? -1;
    const hasObjects = set.samples.some(({ objects }) => objects !== null);
    return array === 'classes' && hasObjects
      ? (sample) => set.samples[sample]?.objects?.[0]?.category ?? -1
      : null;
  };
}

/** The size of the pictures that a model takes. @throws InputError when its input is none */
export function imageTarget(input: Value | undefined, modelLayout: Layout): ImageTarget {
  const shape = input?.shape.slice(1).map((length) => length ?? 1) ?? [];
  const [a = 0, b = 0, c = 0] = shape;
  const targets = {
    NHWC: { height: a, width: b, channels: c },
    NCHW: { height: b, width: c, channels: a },
  };
  const other = modelLayout === 'NHWC' ? 'NCHW' : 'NHWC';
  const target = [targets[modelLayout], targets[other]].find(({ channels }) => [1, 3, 4].includes(channels));
  if (shape.length === 3 && target) return target;
  throw new InputError({
    file: 'model',
    place: `input "${input?.name ?? ''}"`,
    problem: `a sample of it is ${shape.join('×') || 'a single number'}, which no picture is.`,
    advice: 'Pictures need an input of height, width and 1, 3 or 4 channels; bring a .npz for others.',
  });
}
