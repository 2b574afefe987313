import { isCalibrationFile, isCoco, isLabelText } from '../../calibration';
import { isImage } from '../../images/header';
import { unwatched, type Checkpoint } from '../../util/checkpoint';
import type { NamedBytes } from '../../util/files';
import { isModel } from '..';
import { isObject, jsonObject, type JsonObject } from '../tfjs/json';
import { isModelArchive, unpackArchives } from './archives';

export interface SortedFiles {
  /** Everything that may be (part of) a model; what is none is left aside when it is opened. */
  readonly model: readonly NamedBytes[];
  readonly calibration: readonly NamedBytes[];
  readonly recipe: NamedBytes | null;
  readonly savedRun: NamedBytes | null;
}

/** What the file of a saved run says it is. */
const savedRunKind = 'pagcp-studio-run';

/**
 * Tells models, calibration sets, recipes and saved runs apart by what is in them, not by their names. Archives that
 * are none of these themselves are unpacked.
 * @throws InputError for archives that are damaged or too large
 */
export async function sortFiles(
  files: readonly NamedBytes[],
  checkpoint: Checkpoint = unwatched,
): Promise<SortedFiles> {
  const unpacked = await unpackArchives(files, checkpoint);
  const described = unpacked.map((file) => ({ file, json: jsonObject(file) }));
  const shards = new Set(described.flatMap(({ json }) => shardNames(json)));
  const pictures = unpacked.some(({ bytes }) => isImage(bytes));
  const isLabels = ({ file, json }: Described) =>
    pictures && !shards.has(baseName(file.name)) && (json ? isCoco(json) : isLabelText(file));
  const sorted = described.map((one) => ({
    file: one.file,
    kind: isLabels(one) ? ('calibration' as const) : kindOf(one.file, one.json, shards),
  }));
  const of = (kind: Kind) => sorted.filter((one) => one.kind === kind).map(({ file }) => file);
  const calibration = of('calibration');
  return {
    model: of('model'),
    calibration: illustrates(calibration, of('model')) ? [] : calibration,
    recipe: of('recipe').at(-1) ?? null,
    savedRun: of('savedRun').at(-1) ?? null,
  };
}

/** A single picture without labels that came with a model shows what the model does; it is no set. */
function illustrates(calibration: readonly NamedBytes[], model: readonly NamedBytes[]): boolean {
  const [picture, ...others] = calibration;
  return picture !== undefined && others.length === 0 && isImage(picture.bytes) && isModel(model);
}

interface Described {
  readonly file: NamedBytes;
  readonly json: JsonObject | null;
}

type Kind = keyof SortedFiles;

function kindOf(file: NamedBytes, json: JsonObject | null, shards: ReadonlySet<string>): Kind {
  if (json?.['kind'] === savedRunKind) return 'savedRun';
  if (json && 'method' in json && 'tasks' in json) return 'recipe';
  // The numbers of a shard may happen to look like the beginning of something else.
  if (json || shards.has(baseName(file.name)) || isModelArchive(file)) return 'model';
  return isCalibrationFile(file) ? 'calibration' : 'model';
}

/** The weight files that a model.json names. */
function shardNames(json: JsonObject | null): string[] {
  const manifest: unknown[] = Array.isArray(json?.['weightsManifest']) ? json['weightsManifest'] : [];
  return manifest
    .flatMap((group): unknown[] => (isObject(group) && Array.isArray(group['paths']) ? group['paths'] : []))
    .filter((path) => typeof path === 'string')
    .map(baseName);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
