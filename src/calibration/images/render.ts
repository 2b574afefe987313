import { fitImage, type ImageFit, type ImageTarget } from '../../images/fit';
import type { Geometry } from '../../images/geometry';
import { decodeLabelMap } from '../../images/png';
import type { ImageDecoder, Raster } from '../../images/raster';
import { nearestMap } from '../../images/resample';
import { unwatched, type Checkpoint } from '../../util/checkpoint';
import { InputError } from '../../util/errors';
import type { CalibrationFile, NamedArray } from '../calibration';
import { imageArray, type ImageSample, type ImageSet, type MapFile } from './image-set';
import { objectArrays } from './object-arrays';
import { hasRegions, ignoreLabel, placeObjects, type PlacedObjects } from './place-objects';

export interface RenderRequest {
  readonly target: ImageTarget;
  readonly fit: ImageFit;
  /** What a depth map's numbers are multiplied by. */
  readonly depthScale: number;
  /** The samples to take, in this order. */
  readonly samples: Int32Array;
}

/** Bytes that all pictures together may take at the network's size. */
const largest = 2 ** 31;

/**
 * Decodes pictures and brings them, with all that is labelled on them, to the network's size:
 * `image` uint8 [N, H, W, C]; columns as they are [N]; of objects `boxes` float32 [N, M, 4] (x1, y1, x2, y2 in pixels of
 * the input), `classes` int32 [N, M] (−1: no object), `keypoints` float32 [N, M, K, 3] (x, y, visibility) and `mask`
 * uint8 [N, H, W] (0 background, class + 1, 255 ignored); of label maps uint8 [N, H, W] (255 outside the picture) or
 * float32 [N, H, W] (0 outside).
 *
 * @throws InputError for the first picture or map that cannot be used; whatever `checkpoint` throws
 */
export async function renderImages(
  set: ImageSet,
  request: RenderRequest,
  decoder: ImageDecoder,
  checkpoint: Checkpoint = unwatched,
): Promise<CalibrationFile> {
  const { target, samples: indices } = request;
  const samples = Array.from(indices, (index) => set.samples[index]).filter((sample) => sample !== undefined);
  const size = target.width * target.height * target.channels;
  requireRoom(set.file, samples.length * size);
  const pixels = new Uint8Array(samples.length * size);
  const maps = mapStores(samples, target);
  const withMask = hasRegions(samples);
  const placed: PlacedObjects[] = [];
  for (const [at, sample] of samples.entries()) {
    await checkpoint('Decoding pictures', at, samples.length);
    const raster = await decoder.decode(sample.image);
    requireCoverage(sample, raster, request);
    const { data, geometry } = fitImage(raster, target, request.fit);
    pixels.set(data, at * size);
    if (sample.objects) placed.push(placeObjects(sample.objects, geometry, withMask));
    for (const [name, store] of maps) {
      const map = sample.maps.get(name);
      if (map) store.put(at, fitMap(map, raster, geometry), request.depthScale);
    }
  }
  const shape = [samples.length, target.height, target.width, target.channels];
  const arrays: NamedArray[] = [
    { name: imageArray, dtype: 'uint8', shape, data: pixels },
    ...set.columns.map((column) => columnArray(column, indices)),
    ...(placed.length > 0 ? objectArrays(placed, target, set.file) : []),
    ...[...maps.values()].map(({ array }) => array),
  ];
  return {
    file: set.file,
    arrays: new Map(arrays.map((array) => [array.name, array])),
    classNames: set.classNames,
    sampleNames: samples.map(({ image }) => image.name),
    drawn: true,
  };
}

function requireRoom(file: string, bytes: number): void {
  if (bytes <= largest) return;
  throw new InputError({
    file,
    problem: `its pictures would take ${(bytes / 2 ** 30).toFixed(1)} GiB at the network's size.`,
    advice: 'Choose fewer samples; a few hundred make a calibration set.',
  });
}

/** A crop cannot take more than there is. */
function requireCoverage(
  { image }: ImageSample,
  { width, height }: Raster,
  { fit, target }: RenderRequest,
): void {
  const { size } = fit;
  if (fit.fit !== 'centre-crop' || size === null) return;
  const needed = Math.max(target.width, target.height);
  if (size >= needed) return;
  throw new InputError({
    file: image.name,
    problem: `its ${width}×${height} pixels, with the shorter side at ${size}, do not cover the network's ${target.width}×${target.height}.`,
    advice: `Give a size of at least ${needed}, or none.`,
  });
}

function fitMap({ kind, file }: MapFile, raster: Raster, geometry: Geometry): Float64Array {
  const map = decodeLabelMap(file);
  if (Math.abs(map.width * raster.height - map.height * raster.width) > Math.max(map.width, raster.width)) {
    throw new InputError({
      file: file.name,
      problem: `it is ${map.width}×${map.height}, but its picture is ${raster.width}×${raster.height}.`,
      advice: 'Bring the map that belongs to this picture, of the same proportions.',
    });
  }
  if (kind === 'classes' && map.data.some((value) => value > 255)) {
    throw new InputError({
      file: file.name,
      problem: 'it has classes above 255.',
      advice: 'Number the classes from 0; 255 is where none applies.',
    });
  }
  return nearestMap(map, geometry, kind === 'classes' ? ignoreLabel : 0);
}

interface MapStore {
  readonly array: NamedArray;
  put(sample: number, values: Float64Array, depthScale: number): void;
}

function mapStores(samples: readonly ImageSample[], { width, height }: ImageTarget): Map<string, MapStore> {
  const size = width * height;
  const shape = [samples.length, height, width];
  return new Map(
    [...(samples[0]?.maps ?? [])].map(([name, { kind }]) => {
      const classes = kind === 'classes';
      const data = classes ? new Uint8Array(samples.length * size) : new Float32Array(samples.length * size);
      const put = (sample: number, values: Float64Array, depthScale: number) =>
        data.set(classes ? values : values.map((value) => value * depthScale), sample * size);
      return [name, { array: { name, dtype: classes ? 'uint8' : 'float32', shape, data }, put }];
    }),
  );
}

function columnArray({ name, dtype, values }: ImageSet['columns'][number], indices: Int32Array): NamedArray {
  const taken = Array.from(indices, (index) => values[index] ?? 0);
  const data = dtype === 'int32' ? Int32Array.from(taken) : Float32Array.from(taken);
  return { name, dtype, shape: [taken.length], data };
}
