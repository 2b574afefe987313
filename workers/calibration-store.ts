import { guessSpec, renderCalibration, renderKey, type CalibrationSource } from '../src/calibration';
import type { CalibrationFile, CalibrationSpec } from '../src/calibration/calibration';
import type { Artifact } from '../src/formats/artifact';
import { imageDecoder } from '../src/images/decoder';
import type { Checkpoint } from '../src/util/checkpoint';
import type { SourceFile } from './api';
import { decodePhoto } from './decode-photo';
import { unknownModelSpec } from './summaries';

/** The set as it was understood when it was opened; without a model pictures have no size yet. */
export interface UnderstoodSet {
  readonly spec: CalibrationSpec;
  readonly file: CalibrationFile | null;
}

interface Rendered {
  readonly key: string;
  readonly file: Promise<CalibrationFile>;
}

/** The calibration set as it was brought, with its pictures as the newest spec and model want them. */
export class CalibrationStore {
  readonly source: CalibrationSource;
  readonly #decoder = imageDecoder(decodePhoto);
  #rendered: Rendered | null = null;

  constructor(source: CalibrationSource) {
    this.source = source;
  }

  /** Its arrays; pictures are decoded where that was not done already. @throws InputError */
  read(spec: CalibrationSpec, artifact: Artifact, checkpoint: Checkpoint): Promise<CalibrationFile> {
    const [input] = artifact.graph.inputs;
    const key = renderKey(this.source, spec, input);
    if (this.#rendered?.key !== key) {
      const model = { input, layout: modelLayout(artifact) };
      const rendered = {
        key,
        file: renderCalibration(this.source, spec, model, this.#decoder, checkpoint),
      };
      this.#rendered = rendered;
      rendered.file.catch(() => {
        if (this.#rendered === rendered) this.#rendered = null;
      });
    }
    return this.#rendered.file;
  }
}

/** The axis order that a format's models usually have. */
export function modelLayout({ format }: Artifact): 'NHWC' | 'NCHW' {
  return format.startsWith('onnx') ? 'NCHW' : 'NHWC';
}

/** The spec that is guessed, or wanted by a recipe; pictures are decoded to see that they can be. */
export async function understand(
  store: CalibrationStore,
  artifact: Artifact | null,
  wanted: CalibrationSpec | null,
  checkpoint: Checkpoint,
): Promise<UnderstoodSet> {
  const { source } = store;
  if (!artifact)
    return { spec: unknownModelSpec(source), file: source.kind === 'arrays' ? source.file : null };
  const spec = guessSpec(source, artifact.graph, modelLayout(artifact));
  const used = wanted && source.kind === 'images' ? { ...wanted, file: spec.file } : spec;
  return { spec: used, file: await store.read(used, artifact, checkpoint) };
}

/** How messages call what one archive held. */
export function nameOf(files: readonly SourceFile[]): { name?: string } {
  const [only] = files;
  return files.length === 1 && only ? { name: only.name } : {};
}
